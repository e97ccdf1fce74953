using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Allocation;

/// <summary>
/// Gives services their cluster addresses and node ports. What is taken is read from the stored services each time, so nothing can
/// leak or be given out twice; one service is written at a time.
/// </summary>
internal sealed class ServiceAllocation(ObjectStore store, ClusterOptions options) : IAdmission, IDisposable
{
    private const string Services = "services";

    /// <summary>The first addresses are for well-known services; the rest is drawn from.</summary>
    private const int ReservedAddresses = 256;

    private const long PortBeforeDryRuns = 32768;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly AddressRange _range = AddressRange.Parse(options.ServiceClusterIPRange);

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Definition is not { Group: "", Plural: Services } || request.Write.Subresource.Length > 0)
        {
            return null;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            Allocate(request);
            return new Turn(_turn);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Allocate(AdmissionRequest request)
    {
        var taken = Taken(request.Namespace ?? "", request.Value.Name());
        if (request.Value["spec"] is not JsonObject spec)
        {
            return;
        }

        var (errors, dryRun) = (new FieldErrors(), request.Write.DryRun);
        if (spec.Text("type") != "ExternalName")
        {
            AllocateAddress(spec, taken.Addresses, dryRun, errors);
        }

        if (spec.Text("type") is "NodePort" || (spec.Text("type") is "LoadBalancer" && spec.Flag("allocateLoadBalancerNodePorts") != false))
        {
            AllocatePorts(spec, taken.Ports, dryRun, errors);
        }

        if (spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local" && (spec.Number("healthCheckNodePort") ?? 0) == 0 && !errors.Any)
        {
            spec["healthCheckNodePort"] = dryRun ? PortOfDryRun(spec) : DrawPort(taken.Ports, "TCP", errors);
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(request.Definition, request.Value.Name(), errors);
        }
    }

    private void AllocateAddress(JsonObject spec, HashSet<IPAddress> taken, bool dryRun, FieldErrors errors)
    {
        var asked = spec.Text("clusterIP") is { Length: > 0 } single ? single : MetadataRules.Strings(spec.Array("clusterIPs")) is [var first, ..] ? first : "";
        if (asked == "None")
        {
            spec["clusterIPs"] = new JsonArray("None");
            return;
        }

        if (asked.Length > 0 && IPAddress.TryParse(asked, out var address))
        {
            var problem = _range.IndexOf(address) is null ? "the provided network does not match the current range" : taken.Contains(address) ? "provided IP is already allocated" : null;
            if (problem is not null)
            {
                errors.Invalid("spec.clusterIPs", new JsonArray(asked), $"failed to allocate IP {asked}: {problem}");
                return;
            }
        }
        else if (asked.Length == 0)
        {
            // A dry run is not worth the search: it shows the network's own address, which no service gets.
            asked = dryRun ? _range.At(0).ToString() : DrawAddress(taken, errors);
        }

        spec["clusterIP"] = asked;
        spec["clusterIPs"] = new JsonArray(asked);
    }

    private string DrawAddress(HashSet<IPAddress> taken, FieldErrors errors)
    {
        // Without the network and broadcast addresses; the reserved ones only when all others are gone.
        var (first, count) = (ReservedAddresses < _range.Size / 2 ? ReservedAddresses : 1, _range.Size - 1);
        var start = first + RandomNumberGenerator.GetInt32((int)(count - first));
        for (var step = 0L; step < count - 1; step++)
        {
            var address = _range.At(1 + ((start - 1 + step) % (count - 1)));
            if (!taken.Contains(address))
            {
                return address.ToString();
            }
        }

        errors.InternalError("spec.clusterIPs", "failed to allocate a serviceIP: range is full");
        return "";
    }

    private void AllocatePorts(JsonObject spec, HashSet<(long Port, string Protocol)> taken, bool dryRun, FieldErrors errors)
    {
        var (first, last) = options.ServiceNodePortRange;
        var ports = (spec.Array("ports") ?? []).OfType<JsonObject>().ToList();
        var mine = new HashSet<(long Port, string Protocol)>();
        for (var index = 0; index < ports.Count; index++)
        {
            var (port, protocol) = (ports[index].Number("nodePort") ?? 0, ports[index].Text("protocol") ?? "TCP");
            if (port == 0)
            {
                continue;
            }

            if (port < first || port > last)
            {
                errors.Invalid(
                    string.Create(CultureInfo.InvariantCulture, $"spec.ports[{index}].nodePort"),
                    port,
                    string.Create(CultureInfo.InvariantCulture, $"provided port is not in the valid range. The range of valid ports is {first}-{last}"));
            }
            else if (taken.Contains((port, protocol)) || !mine.Add((port, protocol)))
            {
                errors.Invalid(string.Create(CultureInfo.InvariantCulture, $"spec.ports[{index}].nodePort"), port, "provided port is already allocated");
            }
        }

        if (errors.Any)
        {
            return;
        }

        taken.UnionWith(mine);
        foreach (var port in ports.Where(port => (port.Number("nodePort") ?? 0) == 0))
        {
            var protocol = port.Text("protocol") ?? "TCP";

            // The same service port over another protocol gets the same node port where that is free.
            var sibling = ports.FirstOrDefault(other => other != port && other.Number("port") == port.Number("port") && (other.Number("nodePort") ?? 0) != 0)?.Number("nodePort");
            var number = sibling is { } same && !taken.Contains((same, protocol)) ? same : dryRun ? PortOfDryRun(spec) : DrawPort(taken, protocol, errors);
            taken.Add((number, protocol));
            port["nodePort"] = number;
        }
    }

    /// <summary>Shown where nothing is given out: the number after the largest of the service, beyond all ranges if it has none.</summary>
    private static long PortOfDryRun(JsonObject spec) =>
        1 + (spec.Array("ports") ?? []).OfType<JsonObject>().Select(port => port.Number("nodePort") ?? 0).Where(port => port > 0).DefaultIfEmpty(PortBeforeDryRuns).Max();

    private long DrawPort(HashSet<(long Port, string Protocol)> taken, string protocol, FieldErrors errors)
    {
        var (first, last) = options.ServiceNodePortRange;
        var count = last - first + 1;
        var start = RandomNumberGenerator.GetInt32(count);
        for (var step = 0; step < count; step++)
        {
            var port = first + ((start + step) % count);
            if (!taken.Contains((port, protocol)))
            {
                return port;
            }
        }

        errors.InternalError("spec.ports", "failed to allocate a nodePort: range is full");
        return 0;
    }

    /// <summary>The addresses and node ports of all services but one.</summary>
    private (HashSet<IPAddress> Addresses, HashSet<(long Port, string Protocol)> Ports) Taken(string namespaceName, string name)
    {
        var (addresses, ports) = (new HashSet<IPAddress>(), new HashSet<(long, string)>());
        foreach (var item in store.Latest.List(Services).Where(item => item.Key.Namespace != namespaceName || item.Key.Name != name))
        {
            var spec = ObjectJson.Parse(item).Object("spec");
            foreach (var text in MetadataRules.Strings(spec.Array("clusterIPs")))
            {
                if (IPAddress.TryParse(text, out var address))
                {
                    addresses.Add(address);
                }
            }

            foreach (var port in (spec.Array("ports") ?? []).OfType<JsonObject>())
            {
                if (port.Number("nodePort") is > 0 and var number)
                {
                    ports.Add((number, port.Text("protocol") ?? "TCP"));
                }
            }

            if (spec.Number("healthCheckNodePort") is > 0 and var health)
            {
                ports.Add((health, "TCP"));
            }
        }

        return (addresses, ports);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
