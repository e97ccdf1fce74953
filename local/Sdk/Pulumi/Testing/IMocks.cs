using System.Collections.Immutable;

namespace Pulumi.Testing;

/// <summary>Plays the engine in unit tests.</summary>
public interface IMocks
{
    /// <summary>A resource is registered or read.</summary>
    /// <returns>Its id, or null for none, and its outputs: a dictionary by wire name, or arguments.</returns>
    Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args);

    /// <summary>A provider's function is called.</summary>
    /// <returns>Its result: a dictionary by wire name, or arguments.</returns>
    Task<object> CallAsync(MockCallArgs args);

    /// <summary>The stack or a component shows its outputs.</summary>
    Task RegisterResourceOutputs(MockRegisterResourceOutputsRequest args)
        => Task.CompletedTask;
}

/// <summary>A resource. Inputs are by wire name, unwrapped: numbers are double, unknown ones are left out.</summary>
public class MockResourceArgs
{
    public string? Type { get; set; }

    public string? Name { get; set; }

    public ImmutableDictionary<string, object> Inputs { get; set; } = null!;

    public string? Provider { get; set; }

    /// <summary>The id that it is read or imported by.</summary>
    public string? Id { get; set; }
}

/// <summary>A function call. Arguments are by wire name, unwrapped: numbers are double.</summary>
public class MockCallArgs
{
    public string? Token { get; set; }

    public ImmutableDictionary<string, object> Args { get; set; } = null!;

    public string? Provider { get; set; }
}
