using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>Which inputs of a container are honoured, and which of them can change while it stands.</summary>
internal static class ContainerInputs
{
    /// <summary>Under which official packages keep the names of inputs that the program left to them.</summary>
    private const string DefaultsKey = "__defaults";

    private static readonly HashSet<string> Known =
    [
        "attach", "capabilities", "cgroupParent", "cgroupnsMode", "command", "containerReadRefreshTimeoutMilliseconds", "cpuPeriod", "cpuQuota", "cpuSet", "cpuShares", "cpus",
        "destroyGraceSeconds", "deviceReadBps", "deviceReadIops", "deviceRequests", "deviceWriteBps", "deviceWriteIops", "devices", "dns", "dnsOpts", "dnsSearches", "domainname",
        "entrypoints", "envs", "gpus", "groupAdds", "healthcheck", "hostname", "hosts", "image", "init", "ipcMode", "labels", "logDriver", "logOpts", "logs", "maxRetryCount",
        "memory", "memoryReservation", "memorySwap", "mounts", "mustRun", "name", "networkMode", "networksAdvanced", "pidMode", "platform", "ports", "privileged",
        "publishAllPorts", "readOnly", "removeVolumes", "restart", "rm", "runtime", "securityOpts", "shmSize", "start", "stdinOpen", "stopSignal", "stopTimeout", "storageOpts",
        "sysctls", "tmpfs", "tty", "ulimits", "uploads", "user", "usernsMode", "volumes", "wait", "waitTimeout", "workingDir",
    ];

    // Docker changes these in a container that stands, or they are the provider's own.
    private static readonly HashSet<string> Mutable =
    [
        "attach", "containerReadRefreshTimeoutMilliseconds", "cpuPeriod", "cpuQuota", "cpuSet", "cpuShares", "cpus", "destroyGraceSeconds", "logs", "maxRetryCount", "memory",
        "memoryReservation", "memorySwap", "mustRun", "removeVolumes", "restart", "rm", "start", "wait", "waitTimeout",
    ];

    private static readonly string[] RestartPolicies = ["no", "on-failure", "always", "unless-stopped"];

    public static CheckResult Check(CheckRequest request)
    {
        var (inputs, failures) = (request.NewInputs, new List<CheckFailure>());
        failures.AddRange(inputs.Keys.Where(key => !Known.Contains(key)).Select(key => new CheckFailure(key, "the embedded engine has no such input of a container; leave it out, or run the program with the Pulumi CLI.")));
        if (inputs.Find("image") is null or NullValue)
        {
            failures.Add(new CheckFailure("image", "is missing: give the name or the digest of the image to run."));
        }

        if (inputs.FindText("restart") is { } restart && !RestartPolicies.Contains(restart))
        {
            failures.Add(new CheckFailure("restart", $"is '{restart}'; it must be one of {string.Join(", ", RestartPolicies)}."));
        }

        if (inputs.FindText("gpus") is { } gpus && gpus != ContainerDevices.AllGpus)
        {
            failures.Add(new CheckFailure("gpus", $"is '{gpus}'; it must be '{ContainerDevices.AllGpus}'. Choose single ones with 'deviceRequests'."));
        }

        if (inputs.FindText("cpus") is { } cpus && ContainerSpec.NanoCpus(cpus) is null)
        {
            failures.Add(new CheckFailure("cpus", $"is '{cpus}'; it must be a number of processors, such as 1.5."));
        }

        CheckPorts(inputs.Find("ports"), failures);
        failures.AddRange(ContainerFiles.Check(inputs));
        if (Flag(inputs, "rm") && inputs.FindText("restart") is not (null or "no"))
        {
            failures.Add(new CheckFailure("rm", "excludes 'restart': a container is either removed when it stops, or started again."));
        }

        return new CheckResult(Named(request, inputs), failures);
    }

    /// <summary>What differs, without what official packages note for themselves.</summary>
    public static DiffResult Diff(PropertyMap old, PropertyMap @new)
    {
        var differences = PropertyDiff.Compare(Plain(old, @new), Plain(@new, @new));
        PropertyPath[] replacing = [.. differences.Select(difference => difference.Path).Where(path => !Mutable.Contains((string)path.Parts[0]))];
        // Two containers cannot have one name, nor one port of the machine.
        return new DiffResult(differences.Count > 0, replacing, DeleteBeforeReplace: !IsNameMadeUp(@new) || @new.Find("ports") is ListValue || @new.FindText("networkMode") == "host")
        {
            Differences = differences,
        };
    }

    public static bool Flag(PropertyMap inputs, string key, bool fallback = false) => inputs.Find(key) switch
    {
        BoolValue { Value: var value } => value,
        StringValue { Value: var text } => text == "true",
        _ => fallback,
    };

    public static long Number(PropertyMap inputs, string key, long fallback = 0) => inputs.Find(key) is NumberValue { Value: var number } ? (long)number : fallback;

    public static bool IsNameMadeUp(PropertyMap inputs) => inputs.Find(DefaultsKey) is ListValue { Items: var items } && items.Contains("name");

    // A name of its own for each container, so that a new one can stand beside the one that it replaces; it stays from update to update.
    private static PropertyMap Named(CheckRequest request, PropertyMap inputs)
    {
        if (inputs.Find("name") is not (null or NullValue))
        {
            return inputs;
        }

        var name = request.OldInputs is { } old && IsNameMadeUp(old) && old.FindText("name") is { } kept
            ? kept
            : $"{request.Urn.Name}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4))[..7]}";
        return inputs.With("name", name).With(DefaultsKey, new ListValue(["name"]));
    }

    private static void CheckPorts(PropertyValue? ports, List<CheckFailure> failures)
    {
        foreach (var (port, i) in (ports is ListValue { Items: var items } ? items : []).Select((port, i) => (port.Revealed as PropertyMap, i)))
        {
            foreach (var key in new[] { "internal", "external" })
            {
                if (port?.Find(key) is NumberValue { Value: var number } && number is < 1 or > 65535)
                {
                    failures.Add(new CheckFailure($"ports[{i}].{key}", $"is {number}; it must be a port, 1 to 65535."));
                }
            }

            if (port is not null && port.Find("internal") is null or NullValue)
            {
                failures.Add(new CheckFailure($"ports[{i}].internal", "is missing: give the port inside the container."));
            }

            if (port?.FindText("protocol") is { } protocol && protocol is not ("tcp" or "udp" or "sctp"))
            {
                failures.Add(new CheckFailure($"ports[{i}].protocol", $"is '{protocol}'; it must be tcp, udp or sctp."));
            }
        }
    }

    // Without the notes on defaults, and without what they say was a default, unless the program names it now.
    private static PropertyMap Plain(PropertyMap map, PropertyMap named)
    {
        var defaults = map.Find(DefaultsKey) is ListValue { Items: var items } ? items.OfType<StringValue>().Select(item => item.Value).Where(key => key != "name") : [];
        map = defaults.Where(key => !named.ContainsKey(key)).Aggregate(map, (plain, key) => plain.Without(key)).Without(DefaultsKey);
        return new PropertyMap(map.Where(entry => entry.Value is not NullValue).Select(entry => KeyValuePair.Create(entry.Key, Plain(entry.Value))));
    }

    private static PropertyValue Plain(PropertyValue value) => value switch
    {
        PropertyMap inner => Plain(inner, inner.Without(DefaultsKey)),
        ListValue { Items: var items } => new ListValue([.. items.Select(Plain)]),
        _ => value,
    };
}
