using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>
/// <c>pods/portforward</c>: connections to ports of a pod over one WebSocket with the subprotocol <c>v4.channel.k8s.io</c>, as the client libraries
/// speak it. kubectl tunnels SPDY instead, which is refused, saying why.
/// </summary>
internal sealed class PodPortForward : ISubresource
{
    private const string Protocol = "v4.channel.k8s.io";

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method is not ("GET" or "POST"))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var definition = request.Service.Catalog.Current.Of(typeof(V1Pod));
        var pod = ObjectJson.Parse(request.Service.Get(definition, request.Path.Namespace, request.Path.Name));
        if (pod.Object("spec").Text("nodeName") is not { Length: > 0 })
        {
            throw ApiErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned");
        }

        if (pod.Object("status").Text("podIP") is not { Length: > 0 } address)
        {
            throw ApiErrors.BadRequest($"pod {request.Path.Name} is not running");
        }

        var sockets = request.Http.WebSockets;
        if (!sockets.IsWebSocketRequest || !sockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            throw ApiErrors.BadRequest($"portforward is available as {Protocol} over WebSockets only: pods of this cluster are plain processes of this machine, reach this one at its address {address}");
        }

        var ports = Ports(request.Http.Request.Query["ports"].OfType<string>());
        using var socket = await sockets.AcceptWebSocketAsync(Protocol);
        using var tunnel = new PortTunnel(socket, address, ports);
        await tunnel.RunAsync(request.Cancellation);
    }

    private static List<ushort> Ports(IEnumerable<string> given)
    {
        var ports = new List<ushort>();
        foreach (var text in given.SelectMany(one => one.Split(',')))
        {
            if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            {
                throw ApiErrors.BadRequest($"\"{text}\" is no port; the query parameter ports takes numbers from 1 to 65535");
            }

            ports.Add(port);
        }

        return ports.Count is > 0 and <= PortTunnel.MaximumPorts
            ? ports
            : throw ApiErrors.BadRequest($"the query parameter ports takes 1 to {PortTunnel.MaximumPorts} ports");
    }
}
