using System.Globalization;
using Docker.DotNet.Models;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Docker.Building;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>A container's inputs in the Engine API's words.</summary>
internal static class ContainerSpec
{
    private const long MiB = 1024 * 1024;

    public static CreateContainerParameters Create(PropertyMap inputs, string image)
    {
        var ports = Maps(inputs, "ports").Select(port => (Key: PortKey(port), Port: port)).ToArray();
        return new CreateContainerParameters
        {
            Name = Text(inputs, "name"),
            Platform = Text(inputs, "platform"),
            Image = image,
            Hostname = Text(inputs, "hostname"),
            Domainname = Text(inputs, "domainname"),
            User = Text(inputs, "user"),
            WorkingDir = Text(inputs, "workingDir"),
            Cmd = Texts(inputs, "command"),
            Entrypoint = Texts(inputs, "entrypoints"),
            Env = Texts(inputs, "envs"),
            Tty = ContainerInputs.Flag(inputs, "tty"),
            OpenStdin = ContainerInputs.Flag(inputs, "stdinOpen"),
            StopSignal = Text(inputs, "stopSignal"),
            StopTimeout = inputs.Find("stopTimeout") is NumberValue { Value: var seconds } ? TimeSpan.FromSeconds(seconds) : null,
            Labels = Maps(inputs, "labels").ToDictionary(label => label.FindText("label") ?? "", label => label.FindText("value") ?? ""),
            ExposedPorts = ports.Select(port => port.Key).Distinct().ToDictionary(key => key, _ => default(EmptyStruct)),
            Healthcheck = Healthcheck(inputs.Find("healthcheck") as PropertyMap),
            HostConfig = Host(inputs, ports),
            NetworkingConfig = ContainerNetworks.Of(inputs),
        };
    }

    /// <summary>What Docker can change in a container that stands.</summary>
    public static ContainerUpdateParameters Update(PropertyMap inputs) => new()
    {
        RestartPolicy = Restart(inputs),
        CPUShares = ContainerInputs.Number(inputs, "cpuShares"),
        CPUPeriod = ContainerInputs.Number(inputs, "cpuPeriod"),
        CPUQuota = ContainerInputs.Number(inputs, "cpuQuota"),
        NanoCPUs = NanoCpus(inputs.FindText("cpus")) ?? 0,
        CpusetCpus = Text(inputs, "cpuSet"),
        Memory = ContainerInputs.Number(inputs, "memory") * MiB,
        MemoryReservation = ContainerInputs.Number(inputs, "memoryReservation") * MiB,
        MemorySwap = Swap(inputs),
    };

    /// <summary>Processors in the engine's unit; null for what is no positive number.</summary>
    public static long? NanoCpus(string? cpus) =>
        decimal.TryParse(cpus, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 ? (long)(number * 1_000_000_000) : null;

    /// <summary>The maps of a list of them.</summary>
    public static IEnumerable<PropertyMap> Maps(PropertyMap inputs, string key) =>
        inputs.Find(key) is ListValue { Items: var items } ? items.Select(item => item.Revealed).OfType<PropertyMap>() : [];

    // The library's types do not say so, but null leaves a setting to the engine, here and below.
    public static string Text(PropertyMap inputs, string key) => inputs.FindText(key)!;

    public static string[] Texts(PropertyMap inputs, string key) => inputs.Find(key) is ListValue { Items.IsEmpty: false } list ? BuildInputs.Texts(list) : null!;

    public static Dictionary<string, string> TextMap(PropertyMap inputs, string key) =>
        (inputs.Find(key) as PropertyMap)?.Where(entry => !entry.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary(entry => entry.Key, entry => PlainJson.ToJson(entry.Value)?.ToString() ?? "")!;

    private static HostConfig Host(PropertyMap inputs, (string Key, PropertyMap Port)[] ports)
    {
        var capabilities = inputs.Find("capabilities") as PropertyMap ?? PropertyMap.Empty;
        return new HostConfig
        {
            NetworkMode = Text(inputs, "networkMode"),
            PortBindings = ports.GroupBy(port => port.Key, port => Binding(port.Port)).ToDictionary(port => port.Key, IList<PortBinding> (port) => [.. port]),
            PublishAllPorts = ContainerInputs.Flag(inputs, "publishAllPorts"),
            RestartPolicy = Restart(inputs),
            AutoRemove = ContainerInputs.Flag(inputs, "rm"),
            Privileged = ContainerInputs.Flag(inputs, "privileged"),
            ReadonlyRootfs = ContainerInputs.Flag(inputs, "readOnly"),
            Init = inputs.Find("init") is null ? null : ContainerInputs.Flag(inputs, "init"),
            CapAdd = Texts(capabilities, "adds"),
            CapDrop = Texts(capabilities, "drops"),
            SecurityOpt = Texts(inputs, "securityOpts"),
            GroupAdd = Texts(inputs, "groupAdds"),
            DNS = Texts(inputs, "dns"),
            DNSOptions = Texts(inputs, "dnsOpts"),
            DNSSearch = Texts(inputs, "dnsSearches"),
            ExtraHosts = [.. Maps(inputs, "hosts").Select(host => $"{host.FindText("host")}:{host.FindText("ip")}")],
            IpcMode = Text(inputs, "ipcMode"),
            PidMode = Text(inputs, "pidMode"),
            UsernsMode = Text(inputs, "usernsMode"),
            Runtime = Text(inputs, "runtime"),
            ShmSize = ContainerInputs.Number(inputs, "shmSize") * MiB,
            Memory = ContainerInputs.Number(inputs, "memory") * MiB,
            MemorySwap = Swap(inputs),
            MemoryReservation = ContainerInputs.Number(inputs, "memoryReservation") * MiB,
            CPUShares = ContainerInputs.Number(inputs, "cpuShares"),
            CPUPeriod = ContainerInputs.Number(inputs, "cpuPeriod"),
            CPUQuota = ContainerInputs.Number(inputs, "cpuQuota"),
            NanoCPUs = NanoCpus(inputs.FindText("cpus")) ?? 0,
            CpusetCpus = Text(inputs, "cpuSet"),
            Sysctls = TextMap(inputs, "sysctls"),
            Tmpfs = TextMap(inputs, "tmpfs"),
            StorageOpt = TextMap(inputs, "storageOpts"),
            CgroupParent = Text(inputs, "cgroupParent"),
            CgroupnsMode = Text(inputs, "cgroupnsMode"),
            Ulimits = [.. Maps(inputs, "ulimits").Select(limit => new Ulimit { Name = Text(limit, "name"), Hard = ContainerInputs.Number(limit, "hard"), Soft = ContainerInputs.Number(limit, "soft") })],
            Devices = ContainerDevices.Of(inputs),
            DeviceRequests = ContainerDevices.Requests(inputs),
            BlkioDeviceReadBps = ContainerDevices.Limits(inputs, "deviceReadBps"),
            BlkioDeviceReadIOps = ContainerDevices.Limits(inputs, "deviceReadIops"),
            BlkioDeviceWriteBps = ContainerDevices.Limits(inputs, "deviceWriteBps"),
            BlkioDeviceWriteIOps = ContainerDevices.Limits(inputs, "deviceWriteIops"),
            Binds = ContainerFiles.Binds(inputs),
            VolumesFrom = ContainerFiles.VolumesFrom(inputs),
            Mounts = ContainerFiles.Mounts(inputs),
            LogConfig = inputs.FindText("logDriver") is { } driver ? new LogConfig { Type = driver, Config = TextMap(inputs, "logOpts") } : null!,
        };
    }

    private static RestartPolicy Restart(PropertyMap inputs) => new()
    {
        Name = inputs.FindText("restart") switch
        {
            "always" => RestartPolicyKind.Always,
            "on-failure" => RestartPolicyKind.OnFailure,
            "unless-stopped" => RestartPolicyKind.UnlessStopped,
            _ => RestartPolicyKind.No,
        },
        MaximumRetryCount = inputs.FindText("restart") == "on-failure" ? ContainerInputs.Number(inputs, "maxRetryCount") : 0,
    };

    // -1 is no limit.
    private static long Swap(PropertyMap inputs) => ContainerInputs.Number(inputs, "memorySwap") is var swap && swap > 0 ? swap * MiB : swap;

    private static HealthcheckConfig Healthcheck(PropertyMap? check) => check is null ? null! : new HealthcheckConfig
    {
        Test = Texts(check, "tests"),
        Interval = Duration(check, "interval"),
        Timeout = Duration(check, "timeout"),
        StartPeriod = Duration(check, "startPeriod"),
        StartInterval = Duration(check, "startInterval"),
        Retries = ContainerInputs.Number(check, "retries"),
    };

    private static TimeSpan? Duration(PropertyMap check, string key)
    {
        if (check.FindText(key) is not { Length: > 0 } text || text == "0s")
        {
            return null;
        }

        var (digits, unit) = (text.TrimEnd('n', 'u', 'm', 's', 'h'), text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'));
        return double.TryParse(digits, CultureInfo.InvariantCulture, out var number) && Unit(unit) is { } length
            ? number * length
            : throw new ProviderException($"The container's healthcheck.{key} is '{text}'; it must be a duration such as 500ms, 10s or 1m.");
    }

    private static TimeSpan? Unit(string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => null,
    };

    private static string PortKey(PropertyMap port) => string.Create(CultureInfo.InvariantCulture, $"{ContainerInputs.Number(port, "internal")}/{port.FindText("protocol") ?? "tcp"}");

    // Port 0 is any free one.
    private static PortBinding Binding(PropertyMap port) => new()
    {
        HostIP = port.FindText("ip") ?? "0.0.0.0",
        HostPort = ContainerInputs.Number(port, "external") is var external and > 0 ? external.ToString(CultureInfo.InvariantCulture) : "",
    };
}
