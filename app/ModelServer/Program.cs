using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer;
using Scalelab.ModelServer.Inference;

try
{
    if (args is [HealthCheck.Verb])
    {
        return await HealthCheck.RunAsync(ModelServerApp.Configuration([]), Console.Error);
    }
    // ONNX Runtime's library is most of what is read from disk at the start: it is read beside the rest.
    ThreadPool.UnsafeQueueUserWorkItem(_ => OrtEnv.Instance(), null);
    await using var app = await ModelServerApp.BuildAsync(args, TimeProvider.System, CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (exception is ModelException or SettingsException or IOException)
{
    // What the person who starts the server can mend: one message instead of a stack trace. IOException is a port in use.
    await Console.Error.WriteLineAsync($"model-server: {exception.Message}");
    return 1;
}
