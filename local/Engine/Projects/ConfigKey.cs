namespace Scalelab.Engine.Projects;

internal static class ConfigKey
{
    /// <summary>Adds the project's name as namespace to a key that has none.</summary>
    public static string Qualify(string key, string project) => key.Contains(':', StringComparison.Ordinal) ? key : $"{project}:{key}";
}
