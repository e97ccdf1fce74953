using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Scalelab.ModelServer.Protocols.Grpc;

/// <summary>Answers failures with the status that gRPC has for them.</summary>
internal sealed class GrpcErrors(ILogger<GrpcErrors> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RequestException exception)
        {
            throw new RpcException(new Status(Code(exception.Status), $"{exception.Message} {exception.Fix}"));
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The client has gone."));
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            logger.LogError(exception, "{Method} failed.", context.Method);
            throw new RpcException(new Status(StatusCode.Internal, "The server failed on this request. The pod's log says why."));
        }
    }

    private static StatusCode Code(int status) => status switch
    {
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status501NotImplemented => StatusCode.Unimplemented,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status413PayloadTooLarge => StatusCode.ResourceExhausted,
        _ => StatusCode.InvalidArgument,
    };
}
