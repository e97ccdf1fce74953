using System.CommandLine;

namespace Scalelab.Cli.Commands;

internal static class CommandExtensions
{
    /// <summary>The home folder that the command line or the environment names.</summary>
    public static LabHome Home(this ParseResult parsed, Option<string?> option, LabEnvironment environment) =>
        new(parsed.GetValue(option) is { Length: > 0 } folder ? Path.GetFullPath(folder) : environment.HomeFolder);

    /// <summary>A port option that refuses what is no port.</summary>
    public static Option<int> PortOption(string name, int fallback, string description, params string[] aliases)
    {
        var option = new Option<int>(name, aliases)
        {
            Description = $"{description}; 0 takes any free one",
            HelpName = "PORT",
            DefaultValueFactory = _ => fallback,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var port) || port is < 0 or > 65535))
            {
                result.AddError($"{name} must be a port from 0 to 65535, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }
}
