namespace Scalelab.ModelServerBench;

/// <summary>What was measured of a contestant.</summary>
/// <param name="Prediction">The class it gave the picture, and its probability.</param>
/// <param name="ColdStart">Seconds from the start of its process to the first prediction, the middle of several starts.</param>
/// <param name="Mebibytes">Resident memory after the load.</param>
internal sealed record Result(IReadOnlyList<Load> Loads, string Prediction, double ColdStart, double Mebibytes)
{
    /// <summary>Predictions per second at the number of connections that served it best.</summary>
    public double Peak => Loads.Max(load => load.PerSecond);
}
