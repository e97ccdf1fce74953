namespace Scalelab.ModelServer.Inference;

/// <summary>A model folder that cannot be served. The message names the file, what is wrong and how to mend it.</summary>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
