using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>What a container is, in the package's words: its inputs, completed by what the engine and the image decided.</summary>
internal static class ContainerOutputs
{
    public static PropertyMap Of(ContainerInspectResponse found, PropertyMap inputs)
    {
        var outputs = inputs
            .Without("__defaults")
            .With("name", found.Name.TrimStart('/'))
            .With("hostname", found.Config?.Hostname ?? "")
            .With("command", Texts(found.Config?.Cmd))
            .With("entrypoints", Texts(found.Config?.Entrypoint))
            .With("workingDir", found.Config?.WorkingDir ?? "")
            .With("user", found.Config?.User ?? "")
            .With("networkMode", found.HostConfig?.NetworkMode ?? "")
            .With("exitCode", found.State?.ExitCode ?? 0)
            .With("mustRun", ContainerInputs.Flag(inputs, "mustRun", fallback: true))
            .With("start", ContainerInputs.Flag(inputs, "start", fallback: true))
            .With("rm", ContainerInputs.Flag(inputs, "rm"))
            .With("restart", inputs.FindText("restart") ?? "no")
            .With("wait", ContainerInputs.Flag(inputs, "wait"))
            .With("waitTimeout", ContainerInputs.Number(inputs, "waitTimeout", fallback: 60))
            .With("networkDatas", new ListValue([.. (found.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>()).Select(Network)]));
        // The image's own variables are its business; the program's are an input.
        outputs = inputs.ContainsKey("envs") ? outputs : outputs.With("envs", new ListValue([]));
        return WithOpenedPorts(outputs, found);
    }

    private static ListValue Texts(IEnumerable<string>? texts) => new([.. (texts ?? []).Select(text => (PropertyValue)text)]);

    private static PropertyMap Network(KeyValuePair<string, EndpointSettings> network) => new(new Dictionary<string, PropertyValue>
    {
        ["networkName"] = network.Key,
        ["ipAddress"] = network.Value.IPAddress ?? "",
        ["ipPrefixLength"] = network.Value.IPPrefixLen,
        ["gateway"] = network.Value.Gateway ?? "",
        ["macAddress"] = network.Value.MacAddress ?? "",
    });

    // A port that the program left open has got one of the host's.
    private static PropertyMap WithOpenedPorts(PropertyMap outputs, ContainerInspectResponse found)
    {
        if (outputs.Find("ports") is not ListValue { Items: var ports })
        {
            return outputs;
        }

        return outputs.With("ports", new ListValue([.. ports.Select(port => port.Revealed is PropertyMap map ? Open(map, found) : port)]));
    }

    private static PropertyMap Open(PropertyMap port, ContainerInspectResponse found)
    {
        var protocol = port.FindText("protocol") ?? "tcp";
        var opened = port.With("protocol", protocol).With("ip", port.FindText("ip") ?? "0.0.0.0");
        var key = FormattableString.Invariant($"{ContainerInputs.Number(port, "internal")}/{protocol}");
        return !port.ContainsKey("external")
            && found.NetworkSettings?.Ports?.TryGetValue(key, out var bindings) == true
            && bindings?.FirstOrDefault()?.HostPort is { } host
            && int.TryParse(host, out var number)
                ? opened.With("external", number)
                : opened;
    }
}
