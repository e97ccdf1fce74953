using System.Threading.RateLimiting;

namespace Scalelab.ModelServer.Endpoints;

/// <summary>How many uploads are read at once, so that their sum is bounded too; the others wait before a byte of theirs is read.</summary>
internal static class UploadLimit
{
    public const string Policy = "uploads";

    private const int AtOnce = 8;
    private const int Waiting = 1024;

    public static void AddUploadLimit(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.AddPolicy(Policy, _ => RateLimitPartition.GetConcurrencyLimiter(
            Policy, _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));
        options.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await Errors.WriteAsync(
                rejected.HttpContext, StatusCodes.Status503ServiceUnavailable,
                new ErrorBody($"{Waiting} uploads are waiting already.", "Send it again in a moment, or run more replicas."));
        };
    });
}
