using System.Text.Json;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>The stacks of a project and their states: listed, exported, imported and removed.</summary>
/// <param name="project">The project.</param>
/// <param name="stateFolder">As in <see cref="UpdateOptions.StateFolder"/>.</param>
/// <param name="variable">Looks an environment variable up: the passphrase stands in one.</param>
/// <param name="time">The clock.</param>
public sealed class StackStore(PulumiProject project, string stateFolder, Func<string, string?> variable, TimeProvider time)
{
    private const int MostProblems = 10;

    /// <summary>Every stack that has a file or a state, by name.</summary>
    public IReadOnlyList<StackSummary> List()
    {
        var withState = !Directory.Exists(stateFolder)
            ? []
            : Directory.EnumerateFiles(stateFolder, "*.json").Concat(Directory.EnumerateFiles(stateFolder, "*.journal")).Select(path => Path.GetFileNameWithoutExtension(path));
        return [.. project.Stacks.Union(withState).Order(StringComparer.Ordinal).Select(Summarize)];
    }

    /// <summary>The state of a stack as <c>pulumi stack export</c> writes it.</summary>
    /// <param name="stack">The stack's name.</param>
    /// <param name="showSecrets">Whether secrets stand in it in clear.</param>
    /// <param name="version">The state that an earlier update left; null for what holds now.</param>
    /// <exception cref="EngineException">There is no such version, the state is corrupt, or its secrets cannot be decrypted.</exception>
    public StackExport Export(string stack, bool showSecrets, int? version = null)
    {
        var providers = new SecretsProviders(stateFolder, variable);
        var own = providers.OfStack(StackSettings.Read(project, stack), isReadOnly: true);
        // For the CLI, which knows nothing of the desk's key.
        var target = own is DeskKeySecretsManager && providers.Passphrase.IsGiven ? providers.New() : own;
        var file = new StateFile(stateFolder, stack, target, providers, time);
        var snapshot = version is { } number ? ReadVersion(stack, number, file.Format) : file.Read();
        var holdsSecrets = snapshot.Resources.Concat(snapshot.PendingOperations.Select(operation => operation.Resource))
            .Any(resource => resource.Inputs.ContainsSecrets || resource.Outputs.ContainsSecrets || resource.ReplacementTrigger is { ContainsSecrets: true });
        // A manager that has nothing to decrypt is not worth a question for its key.
        var named = holdsSecrets || target is not DeskKeySecretsManager ? target : null;
        using var json = new MemoryStream();
        var format = showSecrets || named is null ? new SnapshotFormat(secrets: null, providers) : file.Format;
        format.Write(json, snapshot with { SecretsProvider = named });
        return new StackExport(json.ToArray(), holdsSecrets && !showSecrets && target is DeskKeySecretsManager);
    }

    /// <summary>Puts a state, as the CLI or <see cref="Export"/> wrote it, in the place of a stack's own. Secrets are encrypted anew, as the stack's file says.</summary>
    /// <param name="stack">The stack's name.</param>
    /// <param name="json">The state.</param>
    /// <param name="force">Whether to take it although it breaks rules.</param>
    /// <exception cref="EngineException">It is no state, or breaks rules; nothing has changed.</exception>
    public async Task<StackImport> ImportAsync(string stack, ReadOnlyMemory<byte> json, bool force)
    {
        var providers = new SecretsProviders(stateFolder, variable);
        var settings = StackSettings.Read(project, stack);
        using var stackLock = StackLock.Take(stateFolder, stack, "stack import", time);
        var started = time.GetUtcNow();
        var secrets = providers.OfStack(settings);
        var file = new StateFile(stateFolder, stack, secrets, providers, time);
        // The magic vouches for the name of a version, on which nothing here depends; a state that was put together by hand has another.
        var snapshot = Parse(json, file.Format).Signed();
        var problems = ProblemsOf(snapshot, stack).ToArray();
        if (problems.Length > 0 && !force)
        {
            var told = string.Join(Environment.NewLine, problems.Take(MostProblems).Select(problem => $"  {problem}"));
            var more = problems.Length > MostProblems ? $"{Environment.NewLine}  and {problems.Length - MostProblems} more" : "";
            throw new EngineException($"The state cannot be imported into stack '{stack}':{Environment.NewLine}{told}{more}{Environment.NewLine}Correct it, or take it as it is with --force. Nothing has changed.");
        }

        var history = new UpdateHistory(stateFolder, stack);
        var kept = file.KeepIn(history);
        await file.WriteExactlyAsync(snapshot);
        history.Add(
            new UpdateRecord { Kind = "import", StartTime = started.ToUnixTimeSeconds(), EndTime = time.GetUtcNow().ToUnixTimeSeconds(), Result = "succeeded" },
            file.Path);
        return new StackImport(snapshot.Resources.Length, snapshot.PendingOperations.Length, problems, kept);
    }

    /// <summary>Forgets a stack: its state, its history and its file. What it made stays.</summary>
    /// <param name="stack">The stack's name.</param>
    /// <param name="force">Whether to do so although resources are recorded, which nobody then knows of.</param>
    /// <param name="preserveConfig">Whether to keep the stack's file.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="EngineException">Resources are recorded, or an update is running.</exception>
    public IReadOnlyList<string> Remove(string stack, bool force, bool preserveConfig)
    {
        var summary = List().FirstOrDefault(known => known.Name == stack)
            ?? throw new EngineException($"Stack '{stack}' does not exist. Known stacks: {string.Join(", ", List().Select(known => known.Name).DefaultIfEmpty("none"))}.");
        var removed = new List<string>();
        using (StackLock.Take(stateFolder, stack, "stack rm", time))
        {
            if (!force && summary.ResourceCount is not 0)
            {
                var what = summary.ResourceCount is { } count ? $"still records {count} resources" : "has a state that cannot be read";
                throw new EngineException($"Stack '{stack}' {what}. Run 'destroy' for it first; or remove it with --force, and what it made is left to you.");
            }

            var file = new StateFile(stateFolder, stack, new DeskKeySecretsManager(stateFolder), time);
            foreach (var path in new[] { file.JournalPath, file.Path }.Where(File.Exists))
            {
                File.Delete(path);
                removed.Add(path);
            }

            new UpdateHistory(stateFolder, stack).Delete();
            if (!preserveConfig && File.Exists(project.StackFile(stack)))
            {
                File.Delete(project.StackFile(stack));
                removed.Add(project.StackFile(stack));
            }
        }

        return removed;
    }

    /// <summary>The last updates, the newest first.</summary>
    public IReadOnlyList<UpdateRecord> History(string stack) => new UpdateHistory(stateFolder, stack).Read();

    private StackSummary Summarize(string stack)
    {
        var updating = StackLock.IsTaken(stateFolder, stack);
        try
        {
            var providers = new SecretsProviders(stateFolder, variable) { IsBlind = true };
            var snapshot = new StateFile(stateFolder, stack, BlindSecretsManager.Any, providers, time).Read();
            var written = snapshot.Manifest?["time"]?.GetValue<string>() is { } text && DateTimeOffset.TryParse(text, out var moment) ? moment : (DateTimeOffset?)null;
            return new StackSummary(stack, written, snapshot.Resources.Length, updating, Problem: null);
        }
        catch (EngineException e)
        {
            return new StackSummary(stack, LastUpdate: null, ResourceCount: null, updating, e.Message);
        }
    }

    private Snapshot ReadVersion(string stack, int version, SnapshotFormat format)
    {
        var history = new UpdateHistory(stateFolder, stack);
        return history.StateOf(version) is { } state
            ? Parse(state, format)
            : throw new EngineException($"Of stack '{stack}', no state of version {version} is kept. The history lists the versions; a destroy leaves no state.");
    }

    private static Snapshot Parse(ReadOnlyMemory<byte> json, SnapshotFormat format)
    {
        try
        {
            return format.Read(json);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new EngineException($"This is not a stack's state: {e.Message}. Give a file that 'stack export' of lab or of the Pulumi CLI wrote. Nothing has changed.", e);
        }
    }

    private IEnumerable<string> ProblemsOf(Snapshot snapshot, string stack) => snapshot.Resources
        .Concat(snapshot.PendingOperations.Select(operation => operation.Resource))
        .Where(resource => resource.Urn.Stack != stack || resource.Urn.Project != project.Name)
        .Select(resource => $"resource {resource.Urn} belongs to stack '{resource.Urn.Stack}' of project '{resource.Urn.Project}', not to '{stack}' of '{project.Name}'")
        .Concat(SnapshotCheck.Problems(snapshot));
}

/// <summary>A stack in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastUpdate">When its state was written; null when there is none.</param>
/// <param name="ResourceCount">How many resources the state records; null when it cannot be read.</param>
/// <param name="UpdateInProgress">Whether something works on it now.</param>
/// <param name="Problem">Why its state cannot be read; null when it can.</param>
public sealed record StackSummary(string Name, DateTimeOffset? LastUpdate, int? ResourceCount, bool UpdateInProgress, string? Problem);

/// <summary>An exported state.</summary>
/// <param name="Json">As the CLI writes it, UTF-8.</param>
/// <param name="NeedsDeskKey">Whether only this desk's key decrypts it, which the CLI has not.</param>
public sealed record StackExport(ReadOnlyMemory<byte> Json, bool NeedsDeskKey);

/// <summary>What an import did.</summary>
/// <param name="Resources">How many resources the state has now.</param>
/// <param name="PendingOperations">How many interrupted operations it brought; the next update asks the providers about them.</param>
/// <param name="Problems">Which rules it breaks; empty unless forced.</param>
/// <param name="Kept">Where the state before lies; null when there was none.</param>
public sealed record StackImport(int Resources, int PendingOperations, IReadOnlyList<string> Problems, string? Kept);
