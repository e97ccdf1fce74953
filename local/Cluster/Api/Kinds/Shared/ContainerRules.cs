using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for containers.</summary>
internal static class ContainerRules
{
    private static readonly string[] FieldPaths =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    private static readonly RuleSet Port = new()
    {
        { "name", Checks.WhenGiven(Checks.FirstOf(PortRules.Name, Checks.Unique)) },
        { "containerPort", ContainerPort },
        { "hostPort", HostPort },
        { "protocol", Checks.Needs(Checks.OneOf("SCTP", "TCP", "UDP")) },
    };

    private static readonly RuleSet Variable = new()
    {
        { "name", Checks.Needs(VariableName) },
        { "valueFrom", Checks.WhenGiven(VariableSource) },
    };

    private static readonly RuleSet VariableList = new()
    {
        { "prefix", Checks.WhenGiven(VariableName) },
        { OneReference },
    };

    private static readonly RuleSet Mount = new()
    {
        { "name", Checks.Needs(KnownVolume) },
        { "mountPath", Checks.Needs(UniquePath) },
        { "subPath", Checks.WhenGiven(PathWithin) },
    };

    private static readonly RuleSet Common = new()
    {
        { "name", Checks.FirstOf(Checks.Needs(Checks.Named(NameRules.DnsLabel)), Checks.Unique) },
        { "image", Checks.Required },
        { "terminationMessagePolicy", Checks.Needs(Checks.OneOf("FallbackToLogsOnError", "File")) },
        { "ports", Checks.Each(Port) },
        { "env", Checks.Each(Variable) },
        { "envFrom", Checks.Each(VariableList) },
        { "volumeMounts", Checks.Each(Mount) },
        { "imagePullPolicy", Checks.Needs(Checks.OneOf("Always", "IfNotPresent", "Never")) },
        { "resources", Checks.Struct(ResourceRules.Resources) },
        { "securityContext", SecurityContext },
    };

    public static RuleSet Container { get; } = new()
    {
        { Common.Check },
        { "lifecycle", Checks.Struct(ProbeRules.Lifecycle) },
        { "livenessProbe", ProbeRules.OnceProbe },
        { "readinessProbe", ProbeRules.Probe },
        { "startupProbe", ProbeRules.OnceProbe },
    };

    public static RuleSet InitContainer { get; } = new()
    {
        { Common.Check },
        { "restartPolicy", Checks.WhenGiven(Checks.OneOf("Always")) },
        { NoProbesUnlessRestarted },
    };

    private static void ContainerPort(Place place)
    {
        if (place.Number == 0)
        {
            place.Errors.Required(place.Path);
        }
        else
        {
            Checks.Port(place);
        }
    }

    private static void HostPort(Place place)
    {
        if (place.Number != 0)
        {
            Checks.Port(place);
        }
    }

    private static void VariableName(Place place)
    {
        if (!place.Text.All(character => character is >= ' ' and <= '~' and not '='))
        {
            place.Errors.Invalid(place.Path, place.Text, "a valid environment variable name must consist only of printable ASCII characters other than '='");
        }
    }

    private static void VariableSource(Place place)
    {
        string[] kinds = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];
        var given = kinds.Where(kind => place.Value.At(kind) is not null).ToList();
        if (place.Value.Text("fieldRef", "fieldPath") is { Length: > 0 } path)
        {
            FieldPath(place.Field("fieldRef").Field("fieldPath"), path);
        }
        else if (place.Value.At("fieldRef") is not null)
        {
            place.Errors.Required(place.Field("fieldRef").Field("fieldPath").Path);
        }

        foreach (var kind in (string[])["configMapKeyRef", "secretKeyRef"])
        {
            if (place.Value.At(kind) is not null)
            {
                Checks.Required(place.Field(kind).Field("name"));
                Checks.Required(place.Field(kind).Field("key"));
            }
        }

        if (given.Count == 0)
        {
            place.Errors.Invalid(place.Path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        }
        else if (place.Owner.Text("value").Length > 0)
        {
            place.Errors.Invalid(place.Path, "", "may not be specified when `value` is not empty");
        }
        else if (given.Count > 1)
        {
            place.Errors.Invalid(place.Path, "", "may not have more than one field specified at a time");
        }
    }

    private static void FieldPath(Place place, string path)
    {
        var isEntry = path.EndsWith("']", StringComparison.Ordinal)
            && (path.StartsWith("metadata.labels['", StringComparison.Ordinal) || path.StartsWith("metadata.annotations['", StringComparison.Ordinal));
        if (!isEntry && !FieldPaths.Contains(path, StringComparer.Ordinal))
        {
            place.Errors.Invalid(place.Path, path, $"error converting fieldPath: field label not supported: {path}");
        }
    }

    private static void OneReference(Place place)
    {
        var given = ((string[])["configMapRef", "secretRef"]).Where(kind => place.Value.At(kind) is not null).ToList();
        foreach (var kind in given)
        {
            Checks.Required(place.Field(kind).Field("name"));
        }

        if (given.Count == 0)
        {
            place.Errors.Invalid(place.Path, "", "must specify one of: `configMapRef` or `secretRef`");
        }
        else if (given.Count > 1)
        {
            place.Errors.Invalid(place.Path, "", "may not have more than one field specified at a time");
        }
    }

    /// <summary>A mount names a volume of the pod; the spec is that of the pod or of the template.</summary>
    private static void KnownVolume(Place place)
    {
        var spec = place.Root.Struct("spec", "template", "spec") ?? place.Root.Struct("spec");
        if (!spec.Items("volumes").Any(volume => volume.Text("name") == place.Text))
        {
            place.Errors.Add("FieldValueNotFound", place.Path, $"Not found: \"{place.Text}\"", "");
        }
    }

    private static void UniquePath(Place place)
    {
        if (place.List!.IsRepeated("mountPath", place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be unique");
        }
    }

    private static void PathWithin(Place place)
    {
        if (place.Text.StartsWith('/'))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be a relative path");
        }

        if (place.Text.Split('/').Contains("..", StringComparer.Ordinal))
        {
            place.Errors.Invalid(place.Path, place.Text, "must not contain '..'");
        }
    }

    private static void SecurityContext(Place place)
    {
        if (place.Value is not JsonObject context)
        {
            return;
        }

        foreach (var field in (string[])["runAsUser", "runAsGroup"])
        {
            var id = place.Field(field);
            if (id.Value is not null)
            {
                Checks.InRange(0, int.MaxValue)(id);
            }
        }

        if (context["allowPrivilegeEscalation"] is null || context.Flag("allowPrivilegeEscalation"))
        {
            return;
        }

        if (context.Flag("privileged"))
        {
            place.Errors.Invalid(place.Path, Printed(context), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }

        if (context.Texts("capabilities", "add").Any(name => name is "CAP_SYS_ADMIN" or "SYS_ADMIN"))
        {
            place.Errors.Invalid(place.Path, Printed(context), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    /// <summary>Upstream prints its own struct, with the names of its fields.</summary>
    private static JsonObject Printed(JsonObject context)
    {
        string[] fields =
        [
            "capabilities", "privileged", "seLinuxOptions", "windowsOptions", "runAsUser", "runAsGroup", "runAsNonRoot", "readOnlyRootFilesystem", "allowPrivilegeEscalation",
            "procMount", "seccompProfile", "appArmorProfile",
        ];
        return new JsonObject(fields.Select(field => KeyValuePair.Create(
            field == "seLinuxOptions" ? "SELinuxOptions" : char.ToUpperInvariant(field[0]) + field[1..], context[field]?.DeepClone())));
    }

    private static void NoProbesUnlessRestarted(Place place)
    {
        if (place.Value.Text("restartPolicy") == "Always")
        {
            Container.Check(place with { Value = place.Value, List = new ListState() });
            return;
        }

        foreach (var field in (string[])["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (place.Value.At(field) is not null)
            {
                place.Errors.Forbidden($"{place.Path}.{field}", "may not be set for init containers without restartPolicy=Always");
            }
        }
    }
}
