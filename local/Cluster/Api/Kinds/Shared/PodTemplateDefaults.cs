using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The defaults of a pod's spec, for pods and for the templates of what makes pods.</summary>
internal static class PodTemplateDefaults
{
    private const int ReadableByAll = 420;

    /// <summary>Fills in the spec of a template.</summary>
    public static void Apply(JsonObject spec)
    {
        foreach (var volume in spec.Items("volumes"))
        {
            ApplyToVolume(volume);
        }

        foreach (var container in Containers(spec))
        {
            ApplyToContainer(container);
        }

        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("securityContext", new JsonObject());
        spec.Default("schedulerName", "default-scheduler");
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.Text("serviceAccount") is { Length: > 0 } deprecated)
        {
            spec["serviceAccountName"] = deprecated;
        }
    }

    /// <summary>Init containers, containers and ephemeral containers.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject spec) =>
        spec.Items("initContainers").Concat(spec.Items("containers")).Concat(spec.Items("ephemeralContainers"));

    private static void ApplyToContainer(JsonObject container)
    {
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        if (container.Text("image") is { Length: > 0 } image)
        {
            container.Default("imagePullPolicy", IsLatest(image) ? "Always" : "IfNotPresent");
        }
        else
        {
            container.Default("imagePullPolicy", "IfNotPresent");
        }

        foreach (var port in container.Items("ports"))
        {
            port.Default("protocol", "TCP");
        }

        RoundAmounts(container.Struct("resources", "limits"));
        RoundAmounts(container.Struct("resources", "requests"));
        foreach (var variable in container.Items("env"))
        {
            variable.Struct("valueFrom", "fieldRef")?.Default("apiVersion", "v1");
        }

        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Struct(name) is { } probe)
            {
                ApplyToProbe(probe);
            }
        }

        foreach (var name in (string[])["postStart", "preStop"])
        {
            ApplyToHttpGet(container.Struct("lifecycle", name, "httpGet"));
        }
    }

    /// <summary>Amounts finer than a thousandth round up.</summary>
    public static void RoundAmounts(JsonObject? amounts)
    {
        foreach (var (name, value) in (amounts ?? []).ToList())
        {
            if (Quantity.TryParse(value.Text(), out var amount))
            {
                amounts![name] = amount.RoundUpToMilli().ToString();
            }
        }
    }

    private static void ApplyToProbe(JsonObject probe)
    {
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        ApplyToHttpGet(probe.Struct("httpGet"));
        probe.Struct("grpc")?.Default("service", "");
    }

    private static void ApplyToHttpGet(JsonObject? action)
    {
        action?.Default("path", "/");
        action?.Default("scheme", "HTTP");
    }

    private static void ApplyToVolume(JsonObject volume)
    {
        if (volume.Count <= 1)
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in (string[])["configMap", "secret", "projected", "downwardAPI"])
        {
            volume.Struct(source)?.Default("defaultMode", ReadableByAll);
        }

        volume.Struct("hostPath")?.Default("type", "");
        foreach (var item in volume.Items("downwardAPI", "items").Concat(volume.Items("projected", "sources").SelectMany(source => source.Items("downwardAPI", "items"))))
        {
            item.Struct("fieldRef")?.Default("apiVersion", "v1");
        }

        foreach (var token in volume.Items("projected", "sources").Select(source => source.Struct("serviceAccountToken")).OfType<JsonObject>())
        {
            token.Default("expirationSeconds", 3600);
        }

        volume.Struct("ephemeral", "volumeClaimTemplate", "spec")?.Default("volumeMode", "Filesystem");
    }

    /// <summary>No tag and no digest, or the tag latest.</summary>
    private static bool IsLatest(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }

        var tag = image.LastIndexOf(':');
        return tag < 0 || tag < image.LastIndexOf('/') || image[(tag + 1)..] == "latest";
    }
}
