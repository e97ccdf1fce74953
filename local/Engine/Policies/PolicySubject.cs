using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Policies;

/// <summary>A resource that is about to be made what the program wants, as policies see it.</summary>
/// <param name="Goal">What the program wants.</param>
/// <param name="Urn">Its name.</param>
/// <param name="Parent">Its parent's name.</param>
/// <param name="Inputs">As the provider checked them.</param>
/// <param name="Provider">The provider's record; null for components and providers.</param>
internal sealed record PolicySubject(Goal Goal, Urn Urn, Urn? Parent, PropertyMap Inputs, ResourceState? Provider)
{
    /// <param name="keepInternal">Whether the values that providers keep for themselves go along.</param>
    public AnalyzeRequest ToRequest(bool keepInternal) => new()
    {
        Type = Goal.Type,
        Urn = Urn.Value,
        Name = Urn.Name,
        Properties = PolicyWire.Write(Inputs, keepInternal),
        Provider = PolicyWire.ProviderOf(Provider),
        Options = PolicyWire.OptionsOf(
            Goal.Protect,
            Goal.IgnoreChanges.Select(path => path.ToString()),
            Goal.DeleteBeforeReplace,
            Goal.AdditionalSecretOutputs,
            Updates.Aliases.Of(Goal, Urn, Parent, new Dictionary<Urn, Urn>()),
            Goal.CustomTimeouts,
            Parent),
    };
}
