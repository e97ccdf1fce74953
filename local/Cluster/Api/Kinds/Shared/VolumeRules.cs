namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for volumes: a name, one source, and what the sources need that the node knows how to give.</summary>
internal static class VolumeRules
{
    /// <summary>Every source, in the order in which upstream looks at them: the second one found is the one complained about.</summary>
    private static readonly string[] Sources =
    [
        "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker", "persistentVolumeClaim", "rbd",
        "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "azureFile", "configMap", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos",
        "scaleIO", "projected", "csi", "ephemeral", "image",
    ];

    private static readonly RuleSet Item = new() { { "key", Checks.Required }, { "path", Checks.Needs(RelativePath) } };

    private static readonly Dictionary<string, RuleSet> SourceRules = new(StringComparer.Ordinal)
    {
        ["hostPath"] = new() { { "path", Checks.Required } },
        ["secret"] = new() { { "secretName", Checks.Required }, { "defaultMode", Mode }, { "items", Checks.Each(Item) } },
        ["configMap"] = new() { { "name", Checks.Required }, { "defaultMode", Mode }, { "items", Checks.Each(Item) } },
        ["nfs"] = new() { { "server", Checks.Required }, { "path", Checks.Required } },
        ["persistentVolumeClaim"] = new() { { "claimName", Checks.Required } },
        ["downwardAPI"] = new() { { "defaultMode", Mode }, { "items", Checks.Each(new RuleSet { { "path", Checks.Needs(RelativePath) } }) } },
        ["projected"] = new() { { "defaultMode", Mode } },
        ["csi"] = new() { { "driver", Checks.Required } },
    };

    public static RuleSet Volume { get; } = new()
    {
        { OneSource },
        { "name", Checks.FirstOf(Checks.Needs(Checks.Named(NameRules.DnsLabel)), Checks.Unique) },
    };

    private static void OneSource(Place place)
    {
        var found = 0;
        foreach (var source in Sources)
        {
            var at = place.Field(source);
            if (at.Value is null)
            {
                continue;
            }

            if (found++ > 0)
            {
                place.Errors.Forbidden(at.Path, "may not specify more than 1 volume type");
            }
            else if (SourceRules.TryGetValue(source, out var rules))
            {
                rules.Check(at);
            }
        }

        if (found == 0)
        {
            place.Errors.Required(place.Path, "must specify a volume type");
        }
    }

    private static void Mode(Place place)
    {
        if (place.Value is not null && place.Number is < 0 or > 511)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    private static void RelativePath(Place place)
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
}
