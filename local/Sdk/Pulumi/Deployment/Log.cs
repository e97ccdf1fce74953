using System.Diagnostics.CodeAnalysis;
using Pulumirpc;

namespace Pulumi;

/// <summary>Shows messages to the user who runs the update, with the resource they are about.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Pulumi's public API.")]
public static class Log
{
    public static void Debug(string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => Deployment.CurrentOrThrow.Logger.Log(LogSeverity.Debug, message, resource, streamId, ephemeral);

    public static void Info(string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => Deployment.CurrentOrThrow.Logger.Log(LogSeverity.Info, message, resource, streamId, ephemeral);

    public static void Warn(string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => Deployment.CurrentOrThrow.Logger.Log(LogSeverity.Warning, message, resource, streamId, ephemeral);

    /// <summary>Shows an error and lets the update fail; the program goes on.</summary>
    public static void Error(string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => Deployment.CurrentOrThrow.Logger.Log(LogSeverity.Error, message, resource, streamId, ephemeral);

    /// <inheritdoc cref="Error"/>
    public static void Exception(Exception exception, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => Error(exception.ToString(), resource, streamId, ephemeral);
}
