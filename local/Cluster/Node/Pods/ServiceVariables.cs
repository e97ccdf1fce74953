using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// The variables by which a container finds the services of its namespace without a name service: <c>WEB_SERVICE_HOST</c>,
/// <c>WEB_SERVICE_PORT</c>, <c>WEB_PORT_80_TCP_ADDR</c> and so on.
/// </summary>
internal static class ServiceVariables
{
    public static IReadOnlyDictionary<string, string> For(IEnumerable<V1Service> services)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (service.Spec.ClusterIP is { Length: > 0 } address and not "None" && service.Spec.Ports is { Count: > 0 } ports)
            {
                Add(variables, Name(service.Metadata.Name), address, ports);
            }
        }

        return variables;
    }

    private static void Add(Dictionary<string, string> variables, string name, string address, IList<V1ServicePort> ports)
    {
        variables[$"{name}_SERVICE_HOST"] = address;
        variables[$"{name}_SERVICE_PORT"] = Text(ports[0].Port);
        variables[$"{name}_PORT"] = Url(address, ports[0]);
        foreach (var port in ports)
        {
            if (port.Name is { Length: > 0 } portName)
            {
                variables[$"{name}_SERVICE_PORT_{Name(portName)}"] = Text(port.Port);
            }

            var prefix = $"{name}_PORT_{Text(port.Port)}_{port.Protocol ?? "TCP"}";
            variables[prefix] = Url(address, port);
            variables[$"{prefix}_PROTO"] = Protocol(port);
            variables[$"{prefix}_PORT"] = Text(port.Port);
            variables[$"{prefix}_ADDR"] = address;
        }
    }

    private static string Url(string address, V1ServicePort port) => $"{Protocol(port)}://{address}:{Text(port.Port)}";

    private static string Protocol(V1ServicePort port) => (port.Protocol ?? "TCP").ToLowerInvariant();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Name(string name) => name.ToUpperInvariant().Replace('-', '_');
}
