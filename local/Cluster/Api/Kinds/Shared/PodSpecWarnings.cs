using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What is accepted in a pod's spec but deserves a word.</summary>
internal static class PodSpecWarnings
{
    public static void Add(JsonObject? spec, string path, ICollection<string> warnings)
    {
        foreach (var list in (string[])["initContainers", "containers"])
        {
            foreach (var (container, index) in spec.Items(list).Select((container, index) => (container, index)))
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{index}]");
                AddForPorts(container, at, warnings);
                AddForEnvironment(container, at, warnings);
            }
        }
    }

    private static void AddForPorts(JsonObject container, string path, ICollection<string> warnings)
    {
        var seen = new Dictionary<(long, string), int>();
        foreach (var (port, index) in container.Items("ports").Select((port, index) => (port, index)))
        {
            if (!seen.TryAdd((port.Number("containerPort"), port.Text("protocol")), index))
            {
                warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}.ports[{index}]: duplicate port definition with {path}.ports[{seen[(port.Number("containerPort"), port.Text("protocol"))]}]"));
            }
        }
    }

    private static void AddForEnvironment(JsonObject container, string path, ICollection<string> warnings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (variable, index) in container.Items("env").Select((variable, index) => (variable, index)))
        {
            var name = variable.Text("name");
            if (!seen.Add(name))
            {
                warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}.env[{index}]: hides previous definition of \"{name}\", which may be dropped when using apply"));
            }
        }
    }
}
