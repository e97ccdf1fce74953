using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>What a stack's state file says, for reading only.</summary>
/// <param name="Stack">The stack's name.</param>
/// <param name="Outputs">The outputs of the last update, secrets decrypted and marked.</param>
/// <param name="Resources">Every resource, dependencies before dependents.</param>
public sealed record StackState(string Stack, IReadOnlyDictionary<string, StackOutput> Outputs, IReadOnlyList<StackResource> Resources)
{
    /// <summary>Reads the state of one stack; null when it was never deployed, or was destroyed.</summary>
    /// <param name="stateFolder">As in <see cref="UpdateOptions.StateFolder"/>.</param>
    /// <param name="stack">The stack's name.</param>
    /// <param name="withSecrets">False reads every secret as <c>[secret]</c> and needs no key.</param>
    /// <param name="variable">Looks an environment variable up, for the passphrase; the process's own when left out.</param>
    /// <exception cref="EngineException">The file is corrupt, or its secrets cannot be decrypted.</exception>
    public static StackState? Read(string stateFolder, string stack, bool withSecrets = true, Func<string, string?>? variable = null)
    {
        var providers = new SecretsProviders(stateFolder, variable ?? Environment.GetEnvironmentVariable) { IsBlind = !withSecrets };
        var snapshot = new StateFile(stateFolder, stack, withSecrets ? providers.Desk : BlindSecretsManager.Any, providers, TimeProvider.System).Read();
        return snapshot.IsEmpty
            ? null
            : new StackState(
                stack,
                OutputsOf(snapshot),
                [.. snapshot.Resources.Select(resource => new StackResource(resource.Urn, resource.Parent, resource.Id))]);
    }

    internal static IReadOnlyDictionary<string, StackOutput> OutputsOf(Snapshot snapshot) =>
        OutputsOf(snapshot.Resources.FirstOrDefault(resource => resource.Type == Urn.StackType)?.Outputs ?? PropertyMap.Empty);

    internal static IReadOnlyDictionary<string, StackOutput> OutputsOf(PropertyMap outputs) => outputs.Where(output => output.Value is not NullValue).ToDictionary(
        output => output.Key,
        output => new StackOutput(
            output.Value.ContainsUnknowns ? null : PlainJson.ToJson(output.Value),
            output.Value.ContainsSecrets,
            IsKnown: !output.Value.ContainsUnknowns));
}

/// <summary>One resource of a stack.</summary>
/// <param name="Urn">Its name.</param>
/// <param name="Parent">What it belongs to.</param>
/// <param name="Id">The provider's identifier; null for components and the stack.</param>
public sealed record StackResource(Urn Urn, Urn? Parent, string? Id);
