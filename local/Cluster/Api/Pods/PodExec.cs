using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Node;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>
/// <c>pods/exec</c>: a command in a container, over WebSockets with the subprotocols <c>v4.channel.k8s.io</c> and <c>v5.channel.k8s.io</c>.
/// </summary>
internal sealed class PodExec : ISubresource
{
    /// <summary>The nodes; null while there are none.</summary>
    public INodeCommands? Node { get; set; }

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method is not ("GET" or "POST"))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var definition = request.Service.Catalog.Current.Of(typeof(V1Pod));
        var pod = ModelJson.Read<V1Pod>(request.Service.Get(definition, request.Path.Namespace, request.Path.Name).Json.Span);
        var query = request.Http.Request.Query;
        var options = new NodeCommandOptions
        {
            Container = PodContainers.Choose(pod, query["container"].ToString()),
            Command = [.. query["command"].OfType<string>()],
            Input = ListOptions.Flag(query, "stdin") == true,
            Terminal = ListOptions.Flag(query, "tty") == true,
        };
        if (options.Command.Count == 0)
        {
            throw ApiErrors.BadRequest("you must specify at least one command for the container");
        }

        if (pod.Spec.NodeName is not { Length: > 0 } || Node is null)
        {
            throw ApiErrors.BadRequest($"pod {request.Path.Name} does not have a host assigned");
        }

        var sockets = request.Http.WebSockets;
        if (!sockets.IsWebSocketRequest)
        {
            throw ApiErrors.BadRequest("Upgrade request required: this server speaks WebSockets (kubectl 1.31 and later do; earlier ones with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true)");
        }

        var protocol = ChannelSocket.Protocols.FirstOrDefault(sockets.WebSocketRequestedProtocols.Contains)
            ?? throw ApiErrors.BadRequest($"none of the requested subprotocols is known: {string.Join(", ", sockets.WebSocketRequestedProtocols)}; ask for {string.Join(" or ", ChannelSocket.Protocols)}");
        await using var command = await Node.StartAsync(pod, options, request.Cancellation);
        using var socket = await sockets.AcceptWebSocketAsync(protocol);
        using var channels = new ChannelSocket(socket, command, request.Service.Time);
        await channels.RunAsync(request.Cancellation);
    }
}
