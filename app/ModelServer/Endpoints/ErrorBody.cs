namespace Scalelab.ModelServer.Endpoints;

/// <summary>The body of every answer that is not a success.</summary>
/// <param name="Error">What is wrong, one sentence.</param>
/// <param name="Fix">How to mend it.</param>
public sealed record ErrorBody(string Error, string Fix);
