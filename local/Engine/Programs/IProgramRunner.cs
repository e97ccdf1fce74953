using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Runs the program against an update, until it ends or the update stops. Tests play the program themselves.</summary>
internal interface IProgramRunner
{
    Task RunAsync(UpdateOptions options, ResolvedConfig config, bool preview, Registrar registrar, UpdateControl control, EventStream events);
}
