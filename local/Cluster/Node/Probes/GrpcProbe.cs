using System.Globalization;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using k8s.Models;
using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Node.Probes;

/// <summary>Asks a server how it is by gRPC's own health protocol, grpc.health.v1, without TLS as kubelet does. Its two messages have one field each.</summary>
internal static class GrpcProbe
{
    // Field 1: a string in the request, an enum in the answer.
    private const byte ServiceTag = 0x0a;
    private const byte StatusTag = 0x08;

    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(message => message, message => message);

    private static readonly Method<byte[], byte[]> Check = new(MethodType.Unary, "grpc.health.v1.Health", "Check", Bytes, Bytes);

    /// <param name="limit">How long the probe may take; for the answer's words alone.</param>
    public static async Task<ProbeAnswer> AskAsync(string host, V1GRPCAction action, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{action.Port}"));
        try
        {
            var options = new CallOptions(new Metadata { { "user-agent", "kube-probe/1.36" } }, cancellationToken: cancellationToken);
            var answer = await channel.CreateCallInvoker().AsyncUnaryCall(Check, null, options, Request(action.Service ?? ""));
            var status = Status(answer);
            return status == "SERVING"
                ? new ProbeAnswer(ProbeOutcome.Success, "service healthy")
                : new ProbeAnswer(ProbeOutcome.Failure, $"service unhealthy (responded with \"{status}\")");
        }
        catch (RpcException exception)
        {
            return new ProbeAnswer(ProbeOutcome.Failure, exception.StatusCode switch
            {
                StatusCode.Unimplemented => $"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): {exception.Status.Detail}",
                StatusCode.Cancelled or StatusCode.DeadlineExceeded => $"timeout: health rpc did not complete within {GoDuration.Format(limit)}",
                _ => $"error: health rpc probe failed: {exception.Status.Detail}",
            });
        }
    }

    private static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        return name.Length == 0 ? [] : [ServiceTag, .. Varint(name.Length), .. name];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 0x7f; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    private static string Status(byte[] answer)
    {
        var value = answer is [StatusTag, var status, ..] ? status : 0;
        return value < Statuses.Length ? Statuses[value] : value.ToString(CultureInfo.InvariantCulture);
    }
}
