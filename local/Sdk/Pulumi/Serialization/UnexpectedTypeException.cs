namespace Pulumi.Serialization;

/// <summary>A value from the engine does not have the type that the program declares.</summary>
internal sealed class UnexpectedTypeException(string message) : Exception(message);
