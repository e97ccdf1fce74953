namespace Pulumi;

public sealed partial class Deployment
{
    /// <summary>Whether code of the program can run before and after operations. This SDK takes no calls from the engine; mocks never call.</summary>
    public Task<bool> MonitorSupportsResourceHooks()
        => Task.FromResult(_monitor.IsMock);

    /// <summary>Tells the engine of a hook: fails, because a hook that never ran would be worse.</summary>
    internal Task RegisterHook(string name)
    {
        var registered = RegisterAsync();
        Tasks.Add(registered);
        return registered;

        async Task RegisterAsync()
        {
            if (!await MonitorSupportsResourceHooks().ConfigureAwait(false))
            {
                throw new RunException(
                    $"The hook '{name}' cannot be registered: the embedded SDK has no resource hooks. "
                    + "Build the program with Pulumi's own packages (-p:PulumiSdk=official) and run it with the Pulumi CLI.");
            }
        }
    }
}
