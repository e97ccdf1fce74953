using System.Collections.Immutable;

namespace Pulumi.Docker;

/// <summary>A container run by a Docker engine.</summary>
[DockerResourceType("docker:index/container:Container")]
public partial class Container : CustomResource
{
    public Container(string name, ContainerArgs args, CustomResourceOptions? options = null)
        : base("docker:index/container:Container", name, args, Package.Complete(options, ""))
    {
    }

    /// <summary>Stays attached until the container ends; default false.</summary>
    [Output("attach")]
    public Output<bool?> Attach { get; private set; } = null!;

    /// <summary>The network bridge it is on.</summary>
    [Output("bridge")]
    public Output<string> Bridge { get; private set; } = null!;

    /// <summary>Linux capabilities to give to it or take from it.</summary>
    [Output("capabilities")]
    public Output<Outputs.ContainerCapabilities?> Capabilities { get; private set; } = null!;

    /// <summary>The control group that its own is put below.</summary>
    [Output("cgroupParent")]
    public Output<string?> CgroupParent { get; private set; } = null!;

    /// <summary>Whose control groups it sees: <c>private</c> or <c>host</c>.</summary>
    [Output("cgroupnsMode")]
    public Output<string?> CgroupnsMode { get; private set; } = null!;

    /// <summary>In place of the image's command.</summary>
    [Output("command")]
    public Output<ImmutableArray<string>> Command { get; private set; } = null!;

    /// <summary>What it printed, where that was asked for.</summary>
    [Output("containerLogs")]
    public Output<string> ContainerLogs { get; private set; } = null!;

    /// <summary>How long to wait for it to run, in milliseconds; default 15000.</summary>
    [Output("containerReadRefreshTimeoutMilliseconds")]
    public Output<int?> ContainerReadRefreshTimeoutMilliseconds { get; private set; } = null!;

    /// <summary>The period of its processor quota, in microseconds.</summary>
    [Output("cpuPeriod")]
    public Output<int?> CpuPeriod { get; private set; } = null!;

    /// <summary>Processor time in each such period, in microseconds.</summary>
    [Output("cpuQuota")]
    public Output<int?> CpuQuota { get; private set; } = null!;

    /// <summary>The processors it may use: <c>0-3</c>, <c>0,1</c>.</summary>
    [Output("cpuSet")]
    public Output<string?> CpuSet { get; private set; } = null!;

    /// <summary>Its share of the processors where they are short, relative to others.</summary>
    [Output("cpuShares")]
    public Output<int?> CpuShares { get; private set; } = null!;

    /// <summary>How many processors' time it may use at most: <c>1.5</c>.</summary>
    [Output("cpus")]
    public Output<string?> Cpus { get; private set; } = null!;

    /// <summary>Seconds to stop before it is killed, when it is deleted.</summary>
    [Output("destroyGraceSeconds")]
    public Output<int?> DestroyGraceSeconds { get; private set; } = null!;

    /// <summary>Limits of reading from devices, in bytes a second.</summary>
    [Output("deviceReadBps")]
    public Output<ImmutableArray<Outputs.ContainerDeviceReadBp>> DeviceReadBps { get; private set; } = null!;

    /// <summary>Limits of reading from devices, in operations a second.</summary>
    [Output("deviceReadIops")]
    public Output<ImmutableArray<Outputs.ContainerDeviceReadIop>> DeviceReadIops { get; private set; } = null!;

    /// <summary>Devices that a driver hands out, such as graphics processors.</summary>
    [Output("deviceRequests")]
    public Output<ImmutableArray<Outputs.ContainerDeviceRequest>> DeviceRequests { get; private set; } = null!;

    /// <summary>Limits of writing to devices, in bytes a second.</summary>
    [Output("deviceWriteBps")]
    public Output<ImmutableArray<Outputs.ContainerDeviceWriteBp>> DeviceWriteBps { get; private set; } = null!;

    /// <summary>Limits of writing to devices, in operations a second.</summary>
    [Output("deviceWriteIops")]
    public Output<ImmutableArray<Outputs.ContainerDeviceWriteIop>> DeviceWriteIops { get; private set; } = null!;

    /// <summary>The host's devices to show to it.</summary>
    [Output("devices")]
    public Output<ImmutableArray<Outputs.ContainerDevice>> Devices { get; private set; } = null!;

    /// <summary>Name servers.</summary>
    [Output("dns")]
    public Output<ImmutableArray<string>> Dns { get; private set; } = null!;

    /// <summary>Options of the name resolution.</summary>
    [Output("dnsOpts")]
    public Output<ImmutableArray<string>> DnsOpts { get; private set; } = null!;

    /// <summary>Domains to search names in.</summary>
    [Output("dnsSearches")]
    public Output<ImmutableArray<string>> DnsSearches { get; private set; } = null!;

    /// <summary>Its domain.</summary>
    [Output("domainname")]
    public Output<string?> Domainname { get; private set; } = null!;

    /// <summary>In place of the image's entrypoint.</summary>
    [Output("entrypoints")]
    public Output<ImmutableArray<string>> Entrypoints { get; private set; } = null!;

    /// <summary>Variables: <c>NAME=value</c>.</summary>
    [Output("envs")]
    public Output<ImmutableArray<string>> Envs { get; private set; } = null!;

    /// <summary>What it ended with, if it did.</summary>
    [Output("exitCode")]
    public Output<int> ExitCode { get; private set; } = null!;

    /// <summary>Graphics processors to give to it: <c>all</c>.</summary>
    [Output("gpus")]
    public Output<string?> Gpus { get; private set; } = null!;

    /// <summary>Further groups of its user.</summary>
    [Output("groupAdds")]
    public Output<ImmutableArray<string>> GroupAdds { get; private set; } = null!;

    /// <summary>How its health is checked.</summary>
    [Output("healthcheck")]
    public Output<Outputs.ContainerHealthcheck> Healthcheck { get; private set; } = null!;

    /// <summary>Its name for itself.</summary>
    [Output("hostname")]
    public Output<string> Hostname { get; private set; } = null!;

    /// <summary>Further lines of its <c>/etc/hosts</c>.</summary>
    [Output("hosts")]
    public Output<ImmutableArray<Outputs.ContainerHost>> Hosts { get; private set; } = null!;

    /// <summary>The image to run, by name or digest.</summary>
    [Output("image")]
    public Output<string> Image { get; private set; } = null!;

    /// <summary>Runs a small init process that forwards signals and reaps children.</summary>
    [Output("init")]
    public Output<bool> Init { get; private set; } = null!;

    /// <summary>With whom it shares memory: <c>private</c>, <c>shareable</c>, <c>host</c>, <c>container:NAME</c>.</summary>
    [Output("ipcMode")]
    public Output<string> IpcMode { get; private set; } = null!;

    /// <summary>Its labels.</summary>
    [Output("labels")]
    public Output<ImmutableArray<Outputs.ContainerLabel>> Labels { get; private set; } = null!;

    /// <summary>What keeps its log; the engine's own choice by default.</summary>
    [Output("logDriver")]
    public Output<string> LogDriver { get; private set; } = null!;

    /// <summary>Options of the log driver.</summary>
    [Output("logOpts")]
    public Output<ImmutableDictionary<string, string>?> LogOpts { get; private set; } = null!;

    /// <summary>Keeps what it printed; only together with <see cref="Attach"/>.</summary>
    [Output("logs")]
    public Output<bool?> Logs { get; private set; } = null!;

    /// <summary>How often it is restarted at most, with <c>on-failure</c>.</summary>
    [Output("maxRetryCount")]
    public Output<int?> MaxRetryCount { get; private set; } = null!;

    /// <summary>Its memory limit, in MB.</summary>
    [Output("memory")]
    public Output<int?> Memory { get; private set; } = null!;

    /// <summary>The memory that it is pressed down to where the host is short of it, in MB.</summary>
    [Output("memoryReservation")]
    public Output<int?> MemoryReservation { get; private set; } = null!;

    /// <summary>Its limit of memory and swap together, in MB; -1 for none.</summary>
    [Output("memorySwap")]
    public Output<int?> MemorySwap { get; private set; } = null!;

    /// <summary>Folders, volumes and memory file systems mounted in it.</summary>
    [Output("mounts")]
    public Output<ImmutableArray<Outputs.ContainerMount>> Mounts { get; private set; } = null!;

    /// <summary>Starts it again, and waits for it, where it is found stopped; default true.</summary>
    [Output("mustRun")]
    public Output<bool?> MustRun { get; private set; } = null!;

    /// <summary>Its name with the engine.</summary>
    [Output("name")]
    public Output<string> Name { get; private set; } = null!;

    /// <summary>Its networks, and its addresses in them.</summary>
    [Output("networkDatas")]
    public Output<ImmutableArray<Outputs.ContainerNetworkData>> NetworkDatas { get; private set; } = null!;

    /// <summary><c>bridge</c>, <c>host</c> or a network's name.</summary>
    [Output("networkMode")]
    public Output<string?> NetworkMode { get; private set; } = null!;

    /// <summary>The networks it joins.</summary>
    [Output("networksAdvanced")]
    public Output<ImmutableArray<Outputs.ContainerNetworksAdvanced>> NetworksAdvanced { get; private set; } = null!;

    /// <summary>Whose processes it sees: <c>host</c>, <c>container:NAME</c>.</summary>
    [Output("pidMode")]
    public Output<string?> PidMode { get; private set; } = null!;

    /// <summary>What it shall run on.</summary>
    [Output("platform")]
    public Output<string> Platform { get; private set; } = null!;

    /// <summary>Ports opened on the host.</summary>
    [Output("ports")]
    public Output<ImmutableArray<Outputs.ContainerPort>> Ports { get; private set; } = null!;

    /// <summary>Gives it all that the host may; default false.</summary>
    [Output("privileged")]
    public Output<bool?> Privileged { get; private set; } = null!;

    /// <summary>Opens every exposed port on one of the host's; default false.</summary>
    [Output("publishAllPorts")]
    public Output<bool?> PublishAllPorts { get; private set; } = null!;

    /// <summary>Its root file system cannot be written; default false.</summary>
    [Output("readOnly")]
    public Output<bool?> ReadOnly { get; private set; } = null!;

    /// <summary>Its unnamed volumes go with it; default true.</summary>
    [Output("removeVolumes")]
    public Output<bool?> RemoveVolumes { get; private set; } = null!;

    /// <summary>When the engine restarts it: <c>no</c>, <c>on-failure</c>, <c>always</c>, <c>unless-stopped</c>.</summary>
    [Output("restart")]
    public Output<string?> Restart { get; private set; } = null!;

    /// <summary>Removes it once it stopped.</summary>
    [Output("rm")]
    public Output<bool?> Rm { get; private set; } = null!;

    /// <summary>What runs it; the engine's own choice by default.</summary>
    [Output("runtime")]
    public Output<string> Runtime { get; private set; } = null!;

    /// <summary>Options of the security modules.</summary>
    [Output("securityOpts")]
    public Output<ImmutableArray<string>> SecurityOpts { get; private set; } = null!;

    /// <summary>Its shared memory, in MB; default 64.</summary>
    [Output("shmSize")]
    public Output<int> ShmSize { get; private set; } = null!;

    /// <summary>Starts it once created; default true.</summary>
    [Output("start")]
    public Output<bool?> Start { get; private set; } = null!;

    /// <summary>Keeps its standard input open; default false.</summary>
    [Output("stdinOpen")]
    public Output<bool?> StdinOpen { get; private set; } = null!;

    /// <summary>What asks it to stop; SIGTERM by default.</summary>
    [Output("stopSignal")]
    public Output<string> StopSignal { get; private set; } = null!;

    /// <summary>Seconds between that and its being killed.</summary>
    [Output("stopTimeout")]
    public Output<int> StopTimeout { get; private set; } = null!;

    /// <summary>Options of its storage driver.</summary>
    [Output("storageOpts")]
    public Output<ImmutableDictionary<string, string>?> StorageOpts { get; private set; } = null!;

    /// <summary>Kernel settings.</summary>
    [Output("sysctls")]
    public Output<ImmutableDictionary<string, string>?> Sysctls { get; private set; } = null!;

    /// <summary>Memory file systems: path and mount options.</summary>
    [Output("tmpfs")]
    public Output<ImmutableDictionary<string, string>?> Tmpfs { get; private set; } = null!;

    /// <summary>Gives it a terminal; default false.</summary>
    [Output("tty")]
    public Output<bool?> Tty { get; private set; } = null!;

    /// <summary>Limits of its processes.</summary>
    [Output("ulimits")]
    public Output<ImmutableArray<Outputs.ContainerUlimit>> Ulimits { get; private set; } = null!;

    /// <summary>Files written into it before it starts.</summary>
    [Output("uploads")]
    public Output<ImmutableArray<Outputs.ContainerUpload>> Uploads { get; private set; } = null!;

    /// <summary>The user inside.</summary>
    [Output("user")]
    public Output<string?> User { get; private set; } = null!;

    /// <summary>Whose users it sees, where the engine maps them.</summary>
    [Output("usernsMode")]
    public Output<string?> UsernsMode { get; private set; } = null!;

    /// <summary>Volumes and folders mounted in it.</summary>
    [Output("volumes")]
    public Output<ImmutableArray<Outputs.ContainerVolume>> Volumes { get; private set; } = null!;

    /// <summary>Waits until it is healthy; default false.</summary>
    [Output("wait")]
    public Output<bool?> Wait { get; private set; } = null!;

    /// <summary>Seconds to wait for that; default 60.</summary>
    [Output("waitTimeout")]
    public Output<int?> WaitTimeout { get; private set; } = null!;

    /// <summary>The folder inside.</summary>
    [Output("workingDir")]
    public Output<string?> WorkingDir { get; private set; } = null!;
}
