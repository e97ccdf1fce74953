namespace Scalelab.Infra.Settings;

/// <summary>The horizontal pod autoscaler of the model server.</summary>
/// <param name="MinReplicas">The fewest pods that it leaves.</param>
/// <param name="MaxReplicas">The most pods that it asks for.</param>
/// <param name="CpuUtilization">What it aims at: the pods' CPU in percent of what they request.</param>
internal sealed record AutoscalerSettings(int MinReplicas, int MaxReplicas, int CpuUtilization)
{
    // More would mean that every pod overruns its request tenfold before another one is added: a request that is too small, not a target.
    private const int MaximumUtilization = 1000;

    public static AutoscalerSettings Read(SettingsSection section)
    {
        var settings = new AutoscalerSettings(
            section.Require("minReplicas", Rules.WholeNumber(1, DeploymentSettings.MaximumReplicas)),
            section.Require("maxReplicas", Rules.WholeNumber(1, DeploymentSettings.MaximumReplicas)),
            section.Require("cpuUtilization", Rules.WholeNumber(1, MaximumUtilization, "percent of the CPU request")));

        // A number that was refused or is missing is zero and has been reported already.
        if (settings.MaxReplicas > 0 && settings.MaxReplicas < settings.MinReplicas)
        {
            section.Refuse("maxReplicas", FormattableString.Invariant($"{settings.MaxReplicas}"), FormattableString.Invariant($"at least minReplicas, {settings.MinReplicas}"));
        }

        return settings;
    }
}
