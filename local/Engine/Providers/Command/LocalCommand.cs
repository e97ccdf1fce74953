using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>
/// <c>command:local:Command</c>: runs <c>create</c>, <c>update</c> (else <c>create</c> again) and <c>delete</c> on this machine. <c>command:local:run</c>: runs
/// a command at once, previews included.
/// </summary>
internal sealed class LocalCommand(ProviderContext context) : ICommandResource
{
    public const string Type = "command:local:Command";

    private static readonly string[] CommonInputs = ["addPreviousOutputInEnv", "archivePaths", "assetPaths", "dir", "environment", "interpreter", "logging", "stdin"];
    private static readonly string[] PatternInputs = ["assetPaths", "archivePaths"];
    private static readonly HashSet<string> CommandInputs = [.. CommonInputs, "create", "update", "delete", "triggers"];
    private static readonly HashSet<string> RunInputs = [.. CommonInputs, "command"];

    public IReadOnlyList<CheckFailure> Check(PropertyMap inputs) => Check(inputs, CommandInputs);

    public Task<PropertyMap> CreateAsync(Urn urn, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("create"), previous: null, timeout, cancellationToken);

    public Task<PropertyMap> UpdateAsync(Urn urn, PropertyMap old, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("update") ?? inputs.FindText("create"), old, timeout, cancellationToken);

    public Task DeleteAsync(Urn urn, PropertyMap outputs, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("delete"), outputs, timeout, cancellationToken);

    public async Task<InvokeResult> InvokeAsync(PropertyMap arguments, CancellationToken cancellationToken)
    {
        var failures = Check(arguments, RunInputs);
        return failures.Count > 0
            ? new InvokeResult(PropertyMap.Empty, failures)
            : new InvokeResult(await RunAsync(urn: null, arguments, arguments.FindText("command"), previous: null, timeout: null, cancellationToken), []);
    }

    private static List<CheckFailure> Check(PropertyMap inputs, HashSet<string> known) =>
    [
        .. inputs.Keys.Where(key => !known.Contains(key)).Select(key => new CheckFailure(key, "a local command has no such input; leave it out.")),
        .. CommandLog.Check(inputs),
        .. PatternInputs.Where(key => inputs.Find(key) is not (null or NullValue or ListValue or UnknownValue)).Select(key => new CheckFailure(key, "must be a list of patterns, such as dist/**.")),
    ];

    private async Task<PropertyMap> RunAsync(Urn? urn, PropertyMap inputs, string? command, PropertyMap? previous, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (command is null)
        {
            // Nothing ran: what the last run left is still what there is.
            return inputs.With("stdout", previous?.Find("stdout") ?? "").With("stderr", previous?.Find("stderr") ?? "");
        }

        var output = await LocalProcess.RunAsync(urn, command, inputs, previous, timeout, context, cancellationToken);
        var outputs = inputs.With("stdout", output.Stdout).With("stderr", output.Stderr);
        var files = new CommandFiles(LocalProcess.FolderOf(inputs, context));
        outputs = inputs.Find("assetPaths") is ListValue assets ? outputs.With("assets", files.Assets(assets)) : outputs;
        outputs = inputs.Find("archivePaths") is ListValue archive ? outputs.With("archive", files.Archive(archive)) : outputs;
        return AssetHashes.Apply(outputs, context.WorkingDirectory);
    }
}
