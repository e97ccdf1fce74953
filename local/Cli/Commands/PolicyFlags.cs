using System.CommandLine;
using Scalelab.Engine;
using Scalelab.Engine.Projects;

namespace Scalelab.Cli.Commands;

/// <summary>The flags about policy packs; the CLI's names. The project's own pack, the folder <c>policy</c>, is always asked unless that is declined.</summary>
internal sealed class PolicyFlags
{
    private const string OwnPack = "policy";
    private const string PackFile = "PulumiPolicy.yaml";

    private readonly Option<string[]> _packs = new("--policy-pack") { Description = "Hold the stack against a policy pack too; more than one may be given", HelpName = "FOLDER" };
    private readonly Option<string[]> _configs = new("--policy-pack-config") { Description = "JSON file with levels and settings for the pack at the same place; without packs, for the project's own", HelpName = "FILE" };
    private readonly Option<bool> _noPolicy = new("--no-policy") { Description = $"Do not hold the stack against the project's own pack, the folder {OwnPack}" };

    public void AddTo(Command command)
    {
        command.Add(_packs);
        command.Add(_configs);
        command.Add(_noPolicy);
        command.Validators.Add(result =>
        {
            var (packs, configs) = (result.GetValue(_packs)?.Length ?? 0, result.GetValue(_configs)?.Length ?? 0);
            if (configs > 0 && configs != Math.Max(packs, 1))
            {
                result.AddError($"--policy-pack-config is given {configs} times for {packs} --policy-pack: give one for each pack, in the same order.");
            }
        });
    }

    public UpdateOptions Apply(ParseResult parsed, UpdateOptions options)
    {
        var folders = (parsed.GetValue(_packs) ?? []).Select(Path.GetFullPath).ToArray();
        var configs = (parsed.GetValue(_configs) ?? []).Select(Path.GetFullPath).ToArray();
        var given = folders.Select((folder, index) => new PolicyPackOptions(folder, configs.ElementAtOrDefault(index)));
        var own = FindOwn(options.Project);
        return own is null || parsed.GetValue(_noPolicy) || folders.Contains(own)
            ? options with { PolicyPacks = [.. given] }
            : options with { PolicyPacks = [new PolicyPackOptions(own, folders.Length == 0 ? configs.FirstOrDefault() : null), .. given] };
    }

    private static string? FindOwn(PulumiProject project)
    {
        var folder = Path.Combine(project.RootFolder, OwnPack);
        return File.Exists(Path.Combine(folder, PackFile)) ? folder : null;
    }
}
