namespace Scalelab.Infra.Settings;

/// <summary>Amounts of what a container may use.</summary>
/// <param name="Cpu">In cores.</param>
/// <param name="Memory">In bytes.</param>
internal sealed record ResourceSettings(Quantity Cpu, Quantity Memory)
{
    public static ResourceSettings Read(SettingsSection section) => new(
        section.Require("cpu", Rules.Quantity),
        section.Require("memory", Rules.Quantity));
}
