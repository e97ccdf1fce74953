namespace Scalelab.Cluster.Api.CustomResources.Cel;

/// <summary>An expression cannot be read, or its evaluation has no result; the message is in cel-go's words where it has some.</summary>
internal sealed class CelException(string message) : Exception(message);
