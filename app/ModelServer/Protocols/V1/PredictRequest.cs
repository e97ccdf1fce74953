namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>Where the interesting parts of a V1 request stand in its body.</summary>
/// <param name="Values">The value of <c>instances</c> or <c>inputs</c>.</param>
/// <param name="ByColumn">Whether it is <c>inputs</c>: a whole tensor for each name, not a value of each for every row.</param>
internal readonly record struct PredictRequest(Range Values, bool ByColumn);
