namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// A value has another type than its field. The message is what a Go JSON decoder says, e.g.
/// <c>json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool</c>.
/// </summary>
/// <param name="conversionMessage">What the conversion from a map says instead, for strategic merge patches, e.g. <c>cannot restore slice from map</c>.</param>
public sealed class DecodeException(string message, string conversionMessage) : Exception(message)
{
    public string ConversionMessage { get; } = conversionMessage;
}
