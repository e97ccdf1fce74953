using System.Net;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Says in the user's words what went wrong between the engine and a cluster.</summary>
internal static class KubeErrors
{
    // apimachinery's FieldImmutableErrorMsg.
    private const string Immutable = "field is immutable";

    /// <exception cref="ProviderException">The call failed; the inner exception is the connection's.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is KubeUnreachableException or KubeStatusException)
        {
            throw Explain(e);
        }
    }

    public static ProviderException Explain(Exception failure) => failure switch
    {
        KubeStatusException { Code: HttpStatusCode.Unauthorized } => new($"The cluster does not accept the kubeconfig's credentials: {failure.Message}. Fetch the kubeconfig anew.", failure),
        KubeStatusException { Code: HttpStatusCode.Conflict, Reason: "Conflict" } => new(
            $"{failure.Message}\nSomething else owns these fields: leave them out of the program (replicas, where an autoscaler sets them), or annotate the object with {Annotations.PatchForce}: \"true\" to take them over.",
            failure),
        _ => new(Sentence(failure.Message), failure),
    };

    /// <summary>The fields that a refused update may not change; empty when it was refused for something else.</summary>
    public static string[] ImmutableFieldsOf(KubeStatusException refusal) => refusal.Code == HttpStatusCode.UnprocessableEntity
        ? [.. refusal.Causes.Where(cause => cause.Message.Contains(Immutable, StringComparison.Ordinal)).Select(cause => cause.Field)]
        : [];

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
