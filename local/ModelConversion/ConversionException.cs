namespace Scalelab.ModelConversion;

/// <summary>A model that cannot be converted. The message names the file and the layer, what is wrong and how to mend it.</summary>
public sealed class ConversionException(string message, Exception? inner = null) : Exception(message, inner);
