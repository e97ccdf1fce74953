using Scalelab.Engine.Policies;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.Updates;

/// <summary>One update, from the previous state to the next: the program has its say, and what it no longer declares goes.</summary>
internal sealed class Update(
    UpdateKind kind,
    UpdateOptions options,
    ResolvedConfig config,
    Journal journal,
    ProviderRegistry providers,
    UpdateControl control,
    EventStream events,
    SecretMask mask,
    Targets targets,
    TimeProvider time)
{
    /// <summary>Runs it. How it ended, <see cref="UpdateControl.Succeeded"/> says.</summary>
    /// <param name="program">Not run by a destroy.</param>
    public async Task RunAsync(IProgramRunner program)
    {
        var preview = kind == UpdateKind.Preview;
        await using var policies = PolicyHost.Start(kind == UpdateKind.Destroy ? options with { PolicyPacks = [] } : options, config, preview, control, events, time);
        var operations = new Operations(preview, journal, control, events, mask, time);
        using var registrar = new Registrar(options, preview, journal, providers, new DefaultProviders(config), policies, operations, control, events, mask, targets);
        if (kind != UpdateKind.Destroy)
        {
            await program.RunAsync(options, config, preview, registrar, control, events);
        }

        if (control.Succeeded)
        {
            Verify(registrar);
        }

        if (control.Succeeded || control.GoesOnAfterErrors)
        {
            await new Deletions(journal, registrar.Providers, operations, control, events, targets).RunAsync(registrar.Failed);
        }

        if (control.Succeeded)
        {
            await JudgeAsync(policies);
        }

        policies.Conclude();
    }

    private async Task JudgeAsync(PolicyHost policies)
    {
        try
        {
            await control.WorkAsync(urn: null, async () =>
            {
                await policies.AnalyzeStackAsync([.. journal.Current.Resources.Where(resource => !resource.Delete)]);
                return true;
            });
        }
        catch (UpdateStoppedException)
        {
            // It was told when it happened.
        }
    }

    private void Verify(Registrar registrar)
    {
        try
        {
            targets.Verify(registrar.Knows);
        }
        catch (EngineException e)
        {
            events.Error(e.Message);
            control.Abort();
        }
    }
}
