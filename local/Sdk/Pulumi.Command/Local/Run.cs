namespace Pulumi.Command.Local;

/// <summary>Runs a command line on this machine, in every preview and update; it should change nothing.</summary>
public static class Run
{
    private const string Token = "command:local:run";

    public static Task<RunResult> InvokeAsync(RunArgs args, InvokeOptions? options = null)
        => Deployment.Instance.InvokeAsync<RunResult>(Token, args, WithVersion(options ?? new InvokeOptions()));

    public static Output<RunResult> Invoke(RunInvokeArgs args, InvokeOptions? options = null)
        => Deployment.Instance.Invoke<RunResult>(Token, args, WithVersion(options ?? new InvokeOptions()));

    public static Output<RunResult> Invoke(RunInvokeArgs args, InvokeOutputOptions options)
        => Deployment.Instance.Invoke<RunResult>(Token, args, WithVersion(options));

    private static T WithVersion<T>(T options)
        where T : InvokeOptions
    {
        options.Version ??= Package.Version;
        return options;
    }
}
