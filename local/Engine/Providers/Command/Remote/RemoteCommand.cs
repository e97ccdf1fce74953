using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary><c>command:remote:Command</c>: runs <c>create</c>, <c>update</c> and <c>delete</c> on another machine, in its user's shell.</summary>
internal sealed class RemoteCommand(ProviderContext context) : ICommandResource
{
    public const string Type = "command:remote:Command";

    private static readonly HashSet<string> Inputs =
        ["addPreviousOutputInEnv", "connection", "create", "delete", "environment", "logging", "stdin", "triggers", "update"];

    public IReadOnlyList<CheckFailure> Check(PropertyMap inputs) =>
    [
        .. inputs.Keys.Where(key => !Inputs.Contains(key)).Select(key => new CheckFailure(key, "a remote command has no such input; leave it out.")),
        .. CommandLog.Check(inputs),
        .. ConnectionSettings.Check(inputs.Find("connection")),
        .. Environment(inputs, previous: null).Where(variable => !IsName(variable.Name)).Select(variable => new CheckFailure($"environment.{variable.Name}", "is no name of a variable; it must be letters, digits and underscores.")),
    ];

    public Task<PropertyMap> CreateAsync(Urn urn, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("create"), previous: null, timeout, cancellationToken);

    public Task<PropertyMap> UpdateAsync(Urn urn, PropertyMap old, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("update") ?? inputs.FindText("create"), old, timeout, cancellationToken);

    public Task DeleteAsync(Urn urn, PropertyMap outputs, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunAsync(urn, inputs, inputs.FindText("delete"), outputs, timeout, cancellationToken);

    private async Task<PropertyMap> RunAsync(Urn urn, PropertyMap inputs, string? command, PropertyMap? previous, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(previous?.FindText("stdout") ?? "", previous?.FindText("stderr") ?? "");
        if (command is not null)
        {
            var settings = ConnectionSettings.Read((PropertyMap)inputs.Find("connection")!, context);
            output = await SshWork.RunAsync(
                $"The command on {settings.Host}", timeout, context, token => RunAsync(urn, settings, inputs, command, previous, token), cancellationToken);
        }

        return inputs.With("stdout", output.Stdout).With("stderr", output.Stderr);
    }

    private async Task<CommandOutput> RunAsync(Urn urn, ConnectionSettings settings, PropertyMap inputs, string command, PropertyMap? previous, CancellationToken cancellationToken)
    {
        using var connection = await SshConnection<SshClient>.OpenAsync(settings, info => new SshClient(info), urn, context, cancellationToken);
        // Servers take variables of a client only where they are configured to; every POSIX shell takes them so.
        var variables = string.Concat(Environment(inputs, previous).Select(variable => $"export {variable.Name}={Quote(variable.Value)}; "));
        using var running = connection.Client.CreateCommand(variables + command);
        var log = new CommandLog(urn, inputs.FindText("logging"), context);
        var done = running.ExecuteAsync(cancellationToken);
        var stdout = CollectAsync(running.OutputStream, "stdout", log, cancellationToken);
        var stderr = CollectAsync(running.ExtendedOutputStream, "stderr", log, cancellationToken);
        await FeedAsync(running, inputs.FindText("stdin"), cancellationToken);
        await done;
        var output = new CommandOutput(await stdout, await stderr);
        return running.ExitStatus == 0
            ? output
            : throw new ProviderException($"The command on {settings.Host} failed with {(running.ExitStatus is { } code ? $"exit code {code}" : $"the signal {running.ExitSignal}")}: {command}{log}");
    }

    private static async Task<string> CollectAsync(Stream stream, string name, CommandLog log, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            text.Append(line).Append('\n');
            log.Add(line, name);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static async Task FeedAsync(SshCommand running, string? stdin, CancellationToken cancellationToken)
    {
        try
        {
            // Closed also where there is nothing to type, so that nobody waits for it.
            await using var input = running.CreateInputStream();
            await input.WriteAsync(Encoding.UTF8.GetBytes(stdin ?? ""), cancellationToken);
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException or InvalidOperationException)
        {
            // The command ended without reading all of it, which is its right.
        }
    }

    private static IEnumerable<(string Name, string Value)> Environment(PropertyMap inputs, PropertyMap? previous)
    {
        if (previous is not null && inputs.Find("addPreviousOutputInEnv") is not BoolValue { Value: false })
        {
            yield return ("PULUMI_COMMAND_STDOUT", previous.FindText("stdout") ?? "");
            yield return ("PULUMI_COMMAND_STDERR", previous.FindText("stderr") ?? "");
        }

        foreach (var (name, value) in inputs.Find("environment") as PropertyMap ?? PropertyMap.Empty)
        {
            yield return (name, PlainJson.ToJson(value)?.ToString() ?? "");
        }
    }

    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string Quote(string value) => $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
