namespace Scalelab.Registry.Http;

/// <summary>A request that cannot be answered; becomes the specification's JSON error.</summary>
internal sealed class RegistryException(ErrorCode error, string message) : Exception(message)
{
    public ErrorCode Error { get; } = error;
}
