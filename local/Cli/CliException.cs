namespace Scalelab.Cli;

/// <summary>A failure whose message says what is wrong, where, and how to mend it. It is printed as it stands.</summary>
internal sealed class CliException(string message, Exception? inner = null) : Exception(message, inner);
