namespace Scalelab.Infra.Settings;

/// <summary>The pods of the model server.</summary>
/// <param name="Replicas">How many; null where an autoscaler decides.</param>
/// <param name="Requests">What the scheduler keeps free for each.</param>
/// <param name="Limits">What each may use at most.</param>
internal sealed record DeploymentSettings(int? Replicas, ResourceSettings Requests, ResourceSettings Limits)
{
    // More pods than any testbed of the course could hold: a slip of the keyboard, not an exercise.
    public const int MaximumReplicas = 100;

    public static DeploymentSettings Read(SettingsSection section, bool isAutoscaled)
    {
        var settings = new DeploymentSettings(
            isAutoscaled ? section.RefuseGiven("replicas", "left out, because scalelab:autoscaler decides how many there are") : section.Require("replicas", Rules.WholeNumber(1, MaximumReplicas)),
            section.RequireSection("requests", ResourceSettings.Read),
            section.RequireSection("limits", ResourceSettings.Read));
        if (settings is { Requests: { } requests, Limits: { } limits })
        {
            RefuseBelow(section, "limits.cpu", limits.Cpu, requests.Cpu);
            RefuseBelow(section, "limits.memory", limits.Memory, requests.Memory);
        }

        return settings;
    }

    private static void RefuseBelow(SettingsSection section, string key, Quantity limit, Quantity request)
    {
        // A quantity that was refused or is missing is zero and has been reported already.
        if (limit.Amount > 0 && limit.CompareTo(request) < 0)
        {
            section.Refuse(key, limit.Text, $"at least what {key.Replace("limits", "requests", StringComparison.Ordinal)} asks for, {request}");
        }
    }
}
