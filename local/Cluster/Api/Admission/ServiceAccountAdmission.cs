using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Admission;

/// <summary>A new pod runs as a service account that exists, and finds its token mounted unless it does not want it.</summary>
internal sealed class ServiceAccountAdmission(ObjectStore store) : IAdmission
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int TokenSeconds = 3607;

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Old is not null || request.Definition is not { Group: "", Plural: "pods" } || request.Value["spec"] is not JsonObject spec)
        {
            return ValueTask.CompletedTask;
        }

        var (namespaceName, name) = (request.Namespace ?? "", spec.Text("serviceAccountName") is { Length: > 0 } given ? given : "default");
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        if (store.Latest.Get(new ResourceKey("serviceaccounts", namespaceName, name)) is not { } stored)
        {
            throw ApiErrors.Forbidden(
                request.Definition, request.Value.Name(), $"error looking up service account {namespaceName}/{name}: serviceaccount \"{name}\" not found");
        }

        var account = ObjectJson.Parse(stored);
        if (spec.Flag("automountServiceAccountToken") ?? account.Flag("automountServiceAccountToken") ?? true)
        {
            MountToken(spec);
        }

        if (spec.Array("imagePullSecrets") is not { Count: > 0 } && account.Array("imagePullSecrets") is { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = secrets.DeepClone();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IDisposable?>(null);

    private static void MountToken(JsonObject spec)
    {
        var volume = NameGenerator.Generate("kube-api-access-");
        var used = false;
        foreach (var container in (spec.Array("initContainers") ?? []).Concat(spec.Array("containers") ?? []).OfType<JsonObject>())
        {
            if (container["volumeMounts"] is not JsonArray mounts)
            {
                mounts = [];
            }

            if (mounts.OfType<JsonObject>().Any(mount => mount.Text("mountPath") == MountPath))
            {
                continue;
            }

            mounts.Add((JsonNode)new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
            if (mounts.Parent is null)
            {
                container["volumeMounts"] = mounts;
            }

            used = true;
        }

        if (!used)
        {
            return;
        }

        if (spec["volumes"] is not JsonArray volumes)
        {
            volumes = [];
            spec["volumes"] = volumes;
        }

        volumes.Add((JsonNode)new JsonObject
        {
            ["name"] = volume,
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray(
                    new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                    new JsonObject { ["configMap"] = new JsonObject { ["name"] = "kube-root-ca.crt", ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }) } },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(new JsonObject
                            {
                                ["path"] = "namespace",
                                ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                            }),
                        },
                    }),
                ["defaultMode"] = 420,
            },
        });
    }
}
