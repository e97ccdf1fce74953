namespace Pulumi.Docker;

/// <summary>The inputs of a <see cref="Container"/>.</summary>
public sealed class ContainerArgs : ResourceArgs
{
    public static new ContainerArgs Empty => new();

    /// <summary>Stays attached until the container ends; default false.</summary>
    [Input("attach")]
    public Input<bool>? Attach { get; set; }

    /// <summary>Linux capabilities to give to it or take from it.</summary>
    [Input("capabilities")]
    public Input<Inputs.ContainerCapabilitiesArgs>? Capabilities { get; set; }

    /// <summary>The control group that its own is put below.</summary>
    [Input("cgroupParent")]
    public Input<string>? CgroupParent { get; set; }

    /// <summary>Whose control groups it sees: <c>private</c> or <c>host</c>.</summary>
    [Input("cgroupnsMode")]
    public Input<string>? CgroupnsMode { get; set; }

    /// <summary>In place of the image's command.</summary>
    [field: Input("command")]
    public InputList<string> Command
    {
        get => field ??= [];
        set;
    }

    /// <summary>How long to wait for it to run, in milliseconds; default 15000.</summary>
    [Input("containerReadRefreshTimeoutMilliseconds")]
    public Input<int>? ContainerReadRefreshTimeoutMilliseconds { get; set; }

    /// <summary>The period of its processor quota, in microseconds.</summary>
    [Input("cpuPeriod")]
    public Input<int>? CpuPeriod { get; set; }

    /// <summary>Processor time in each such period, in microseconds.</summary>
    [Input("cpuQuota")]
    public Input<int>? CpuQuota { get; set; }

    /// <summary>The processors it may use: <c>0-3</c>, <c>0,1</c>.</summary>
    [Input("cpuSet")]
    public Input<string>? CpuSet { get; set; }

    /// <summary>Its share of the processors where they are short, relative to others.</summary>
    [Input("cpuShares")]
    public Input<int>? CpuShares { get; set; }

    /// <summary>How many processors' time it may use at most: <c>1.5</c>.</summary>
    [Input("cpus")]
    public Input<string>? Cpus { get; set; }

    /// <summary>Seconds to stop before it is killed, when it is deleted.</summary>
    [Input("destroyGraceSeconds")]
    public Input<int>? DestroyGraceSeconds { get; set; }

    /// <summary>Limits of reading from devices, in bytes a second.</summary>
    [field: Input("deviceReadBps")]
    public InputList<Inputs.ContainerDeviceReadBpArgs> DeviceReadBps
    {
        get => field ??= [];
        set;
    }

    /// <summary>Limits of reading from devices, in operations a second.</summary>
    [field: Input("deviceReadIops")]
    public InputList<Inputs.ContainerDeviceReadIopArgs> DeviceReadIops
    {
        get => field ??= [];
        set;
    }

    /// <summary>Devices that a driver hands out, such as graphics processors.</summary>
    [field: Input("deviceRequests")]
    public InputList<Inputs.ContainerDeviceRequestArgs> DeviceRequests
    {
        get => field ??= [];
        set;
    }

    /// <summary>Limits of writing to devices, in bytes a second.</summary>
    [field: Input("deviceWriteBps")]
    public InputList<Inputs.ContainerDeviceWriteBpArgs> DeviceWriteBps
    {
        get => field ??= [];
        set;
    }

    /// <summary>Limits of writing to devices, in operations a second.</summary>
    [field: Input("deviceWriteIops")]
    public InputList<Inputs.ContainerDeviceWriteIopArgs> DeviceWriteIops
    {
        get => field ??= [];
        set;
    }

    /// <summary>The host's devices to show to it.</summary>
    [field: Input("devices")]
    public InputList<Inputs.ContainerDeviceArgs> Devices
    {
        get => field ??= [];
        set;
    }

    /// <summary>Name servers.</summary>
    [field: Input("dns")]
    public InputList<string> Dns
    {
        get => field ??= [];
        set;
    }

    /// <summary>Options of the name resolution.</summary>
    [field: Input("dnsOpts")]
    public InputList<string> DnsOpts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Domains to search names in.</summary>
    [field: Input("dnsSearches")]
    public InputList<string> DnsSearches
    {
        get => field ??= [];
        set;
    }

    /// <summary>Its domain.</summary>
    [Input("domainname")]
    public Input<string>? Domainname { get; set; }

    /// <summary>In place of the image's entrypoint.</summary>
    [field: Input("entrypoints")]
    public InputList<string> Entrypoints
    {
        get => field ??= [];
        set;
    }

    /// <summary>Variables: <c>NAME=value</c>.</summary>
    [field: Input("envs")]
    public InputList<string> Envs
    {
        get => field ??= [];
        set;
    }

    /// <summary>Graphics processors to give to it: <c>all</c>.</summary>
    [Input("gpus")]
    public Input<string>? Gpus { get; set; }

    /// <summary>Further groups of its user.</summary>
    [field: Input("groupAdds")]
    public InputList<string> GroupAdds
    {
        get => field ??= [];
        set;
    }

    /// <summary>How its health is checked.</summary>
    [Input("healthcheck")]
    public Input<Inputs.ContainerHealthcheckArgs>? Healthcheck { get; set; }

    /// <summary>Its name for itself.</summary>
    [Input("hostname")]
    public Input<string>? Hostname { get; set; }

    /// <summary>Further lines of its <c>/etc/hosts</c>.</summary>
    [field: Input("hosts")]
    public InputList<Inputs.ContainerHostArgs> Hosts
    {
        get => field ??= [];
        set;
    }

    /// <summary>The image to run, by name or digest.</summary>
    [Input("image", required: true)]
    public Input<string> Image { get; set; } = null!;

    /// <summary>Runs a small init process that forwards signals and reaps children.</summary>
    [Input("init")]
    public Input<bool>? Init { get; set; }

    /// <summary>With whom it shares memory: <c>private</c>, <c>shareable</c>, <c>host</c>, <c>container:NAME</c>.</summary>
    [Input("ipcMode")]
    public Input<string>? IpcMode { get; set; }

    /// <summary>Its labels.</summary>
    [field: Input("labels")]
    public InputList<Inputs.ContainerLabelArgs> Labels
    {
        get => field ??= [];
        set;
    }

    /// <summary>What keeps its log; the engine's own choice by default.</summary>
    [Input("logDriver")]
    public Input<string>? LogDriver { get; set; }

    /// <summary>Options of the log driver.</summary>
    [field: Input("logOpts")]
    public InputMap<string> LogOpts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Keeps what it printed; only together with <see cref="Attach"/>.</summary>
    [Input("logs")]
    public Input<bool>? Logs { get; set; }

    /// <summary>How often it is restarted at most, with <c>on-failure</c>.</summary>
    [Input("maxRetryCount")]
    public Input<int>? MaxRetryCount { get; set; }

    /// <summary>Its memory limit, in MB.</summary>
    [Input("memory")]
    public Input<int>? Memory { get; set; }

    /// <summary>The memory that it is pressed down to where the host is short of it, in MB.</summary>
    [Input("memoryReservation")]
    public Input<int>? MemoryReservation { get; set; }

    /// <summary>Its limit of memory and swap together, in MB; -1 for none.</summary>
    [Input("memorySwap")]
    public Input<int>? MemorySwap { get; set; }

    /// <summary>Folders, volumes and memory file systems mounted in it.</summary>
    [field: Input("mounts")]
    public InputList<Inputs.ContainerMountArgs> Mounts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Starts it again, and waits for it, where it is found stopped; default true.</summary>
    [Input("mustRun")]
    public Input<bool>? MustRun { get; set; }

    /// <summary>Its name with the engine.</summary>
    [Input("name")]
    public Input<string>? Name { get; set; }

    /// <summary><c>bridge</c>, <c>host</c> or a network's name.</summary>
    [Input("networkMode")]
    public Input<string>? NetworkMode { get; set; }

    /// <summary>The networks it joins.</summary>
    [field: Input("networksAdvanced")]
    public InputList<Inputs.ContainerNetworksAdvancedArgs> NetworksAdvanced
    {
        get => field ??= [];
        set;
    }

    /// <summary>Whose processes it sees: <c>host</c>, <c>container:NAME</c>.</summary>
    [Input("pidMode")]
    public Input<string>? PidMode { get; set; }

    /// <summary>What it shall run on.</summary>
    [Input("platform")]
    public Input<string>? Platform { get; set; }

    /// <summary>Ports opened on the host.</summary>
    [field: Input("ports")]
    public InputList<Inputs.ContainerPortArgs> Ports
    {
        get => field ??= [];
        set;
    }

    /// <summary>Gives it all that the host may; default false.</summary>
    [Input("privileged")]
    public Input<bool>? Privileged { get; set; }

    /// <summary>Opens every exposed port on one of the host's; default false.</summary>
    [Input("publishAllPorts")]
    public Input<bool>? PublishAllPorts { get; set; }

    /// <summary>Its root file system cannot be written; default false.</summary>
    [Input("readOnly")]
    public Input<bool>? ReadOnly { get; set; }

    /// <summary>Its unnamed volumes go with it; default true.</summary>
    [Input("removeVolumes")]
    public Input<bool>? RemoveVolumes { get; set; }

    /// <summary>When the engine restarts it: <c>no</c>, <c>on-failure</c>, <c>always</c>, <c>unless-stopped</c>.</summary>
    [Input("restart")]
    public Input<string>? Restart { get; set; }

    /// <summary>Removes it once it stopped.</summary>
    [Input("rm")]
    public Input<bool>? Rm { get; set; }

    /// <summary>What runs it; the engine's own choice by default.</summary>
    [Input("runtime")]
    public Input<string>? Runtime { get; set; }

    /// <summary>Options of the security modules.</summary>
    [field: Input("securityOpts")]
    public InputList<string> SecurityOpts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Its shared memory, in MB; default 64.</summary>
    [Input("shmSize")]
    public Input<int>? ShmSize { get; set; }

    /// <summary>Starts it once created; default true.</summary>
    [Input("start")]
    public Input<bool>? Start { get; set; }

    /// <summary>Keeps its standard input open; default false.</summary>
    [Input("stdinOpen")]
    public Input<bool>? StdinOpen { get; set; }

    /// <summary>What asks it to stop; SIGTERM by default.</summary>
    [Input("stopSignal")]
    public Input<string>? StopSignal { get; set; }

    /// <summary>Seconds between that and its being killed.</summary>
    [Input("stopTimeout")]
    public Input<int>? StopTimeout { get; set; }

    /// <summary>Options of its storage driver.</summary>
    [field: Input("storageOpts")]
    public InputMap<string> StorageOpts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Kernel settings.</summary>
    [field: Input("sysctls")]
    public InputMap<string> Sysctls
    {
        get => field ??= [];
        set;
    }

    /// <summary>Memory file systems: path and mount options.</summary>
    [field: Input("tmpfs")]
    public InputMap<string> Tmpfs
    {
        get => field ??= [];
        set;
    }

    /// <summary>Gives it a terminal; default false.</summary>
    [Input("tty")]
    public Input<bool>? Tty { get; set; }

    /// <summary>Limits of its processes.</summary>
    [field: Input("ulimits")]
    public InputList<Inputs.ContainerUlimitArgs> Ulimits
    {
        get => field ??= [];
        set;
    }

    /// <summary>Files written into it before it starts.</summary>
    [field: Input("uploads")]
    public InputList<Inputs.ContainerUploadArgs> Uploads
    {
        get => field ??= [];
        set;
    }

    /// <summary>The user inside.</summary>
    [Input("user")]
    public Input<string>? User { get; set; }

    /// <summary>Whose users it sees, where the engine maps them.</summary>
    [Input("usernsMode")]
    public Input<string>? UsernsMode { get; set; }

    /// <summary>Volumes and folders mounted in it.</summary>
    [field: Input("volumes")]
    public InputList<Inputs.ContainerVolumeArgs> Volumes
    {
        get => field ??= [];
        set;
    }

    /// <summary>Waits until it is healthy; default false.</summary>
    [Input("wait")]
    public Input<bool>? Wait { get; set; }

    /// <summary>Seconds to wait for that; default 60.</summary>
    [Input("waitTimeout")]
    public Input<int>? WaitTimeout { get; set; }

    /// <summary>The folder inside.</summary>
    [Input("workingDir")]
    public Input<string>? WorkingDir { get; set; }
}
