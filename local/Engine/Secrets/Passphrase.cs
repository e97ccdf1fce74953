namespace Scalelab.Engine.Secrets;

/// <summary>Where a passphrase comes from: the CLI's two variables, the first of which wins.</summary>
/// <param name="variable">Looks an environment variable up; null when it is not set.</param>
internal sealed class Passphrase(Func<string, string?> variable)
{
    public const string Variable = "PULUMI_CONFIG_PASSPHRASE";
    public const string FileVariable = "PULUMI_CONFIG_PASSPHRASE_FILE";

    /// <summary>Whether there is one. An empty one counts where it is set on purpose.</summary>
    public bool IsGiven => variable(Variable) is not null || variable(FileVariable) is { Length: > 0 };

    /// <summary>Where the passphrase was found, for messages.</summary>
    public string Origin => variable(Variable) is not null ? Variable : $"the file that {FileVariable} names";

    /// <exception cref="EngineException">None is given, or its file cannot be read.</exception>
    public string Read(string what)
    {
        if (variable(Variable) is { } given)
        {
            return given;
        }

        if (variable(FileVariable) is not { Length: > 0 } file)
        {
            throw new EngineException($"{what} needs a passphrase, and none is given. Set {Variable} to it, or {FileVariable} to a file that holds it.");
        }

        try
        {
            return File.ReadAllText(Path.GetFullPath(file)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{FileVariable} names {file}, which cannot be read: {e.Message} Correct the variable or the file's permissions.", e);
        }
    }
}
