namespace Pulumi.Testing;

/// <summary>Every resource returns its inputs, without an id; every function its call.</summary>
public class EmptyMocks : IMocks
{
    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
        => Task.FromResult<(string? Id, object State)>((null, args.Inputs));

    public Task<object> CallAsync(MockCallArgs args)
        => Task.FromResult<object>(args);
}
