using System.Collections.Immutable;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>A function as the program calls it.</summary>
/// <param name="Token">Its name.</param>
/// <param name="Arguments">May hold unknown values in previews.</param>
/// <param name="Provider">Null: the package's default provider.</param>
/// <param name="Version">Of the package; empty for any.</param>
/// <param name="DependsOn">It is called only when these exist.</param>
internal sealed record FunctionCall(string Token, PropertyMap Arguments, ProviderReference? Provider, string Version, ImmutableArray<Urn> DependsOn)
{
    /// <summary>Looks a resource of this update up.</summary>
    public const string GetResource = "pulumi:pulumi:getResource";

    public static FunctionCall Read(ResourceInvokeRequest request)
    {
        var what = $"The function {request.Tok}";
        GoalReader.RefusePlugin(request.PluginDownloadURL, request.PluginChecksums.Count, what);
        return new FunctionCall(
            request.Tok,
            WireFormat.Read(request.Args),
            GoalReader.Provider(request.Provider, what),
            request.Version,
            GoalReader.Urns(request.DependsOn));
    }
}
