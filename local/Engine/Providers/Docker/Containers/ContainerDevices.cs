using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>A container's devices, in the Engine API's words.</summary>
internal static class ContainerDevices
{
    /// <summary>The one value that <c>gpus</c> can have.</summary>
    public const string AllGpus = "all";

    public static IList<DeviceMapping> Of(PropertyMap inputs) =>
    [
        .. ContainerSpec.Maps(inputs, "devices").Select(device => new DeviceMapping
        {
            PathOnHost = ContainerSpec.Text(device, "hostPath"),
            PathInContainer = device.FindText("containerPath") ?? ContainerSpec.Text(device, "hostPath"),
            CgroupPermissions = device.FindText("permissions") ?? "rwm",
        }),
    ];

    public static IList<DeviceRequest> Requests(PropertyMap inputs) =>
    [
        .. ContainerSpec.Maps(inputs, "deviceRequests").Select(Request),
        .. inputs.FindText("gpus") == AllGpus ? [new DeviceRequest { Count = -1, Capabilities = [["gpu"]] }] : Array.Empty<DeviceRequest>(),
    ];

    public static IList<ThrottleDevice> Limits(PropertyMap inputs, string key) =>
        [.. ContainerSpec.Maps(inputs, key).Select(limit => new ThrottleDevice { Path = ContainerSpec.Text(limit, "path"), Rate = (ulong)ContainerInputs.Number(limit, "rate") })];

    private static DeviceRequest Request(PropertyMap request) => new()
    {
        Driver = ContainerSpec.Text(request, "driver"),
        Count = ContainerInputs.Number(request, "count"),
        DeviceIDs = ContainerSpec.Texts(request, "deviceIds"),
        // The API takes alternatives of which each is a list of conditions; a program names one list.
        Capabilities = ContainerSpec.Texts(request, "capabilities") is { } capabilities ? [capabilities] : null!,
        Options = ContainerSpec.TextMap(request, "options"),
    };
}
