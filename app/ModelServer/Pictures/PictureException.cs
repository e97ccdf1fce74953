namespace Scalelab.ModelServer.Pictures;

/// <summary>The sender's picture cannot be used; the status is always 4xx.</summary>
public sealed class PictureException(int status, string message, string fix) : RequestException(status, message, fix);
