namespace Scalelab.ModelServer.Models.Registry;

/// <summary>How a model stands, in the words of the model repository extension.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Its version; empty for a model that is not loaded.</param>
/// <param name="State"><c>READY</c>, <c>LOADING</c> or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why it is not ready; empty when it is.</param>
internal sealed record ModelState(string Name, string Version, string State, string Reason)
{
    public const string Ready = "READY";
    public const string Loading = "LOADING";
    public const string Unavailable = "UNAVAILABLE";
}
