using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer;

/// <summary>Puts the server together.</summary>
public static class ModelServerApp
{
    // Less than the 30 seconds after which Kubernetes kills a pod.
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(25);

    /// <summary>Loads the model and builds the server, ready to run.</summary>
    /// <param name="args">Command line: configuration keys such as <c>--urls</c> and <c>--MODEL_DIR</c>, which win over the environment.</param>
    /// <param name="time">Clock that measures inference and the farewell.</param>
    /// <param name="limits">What a picture may cost; the defaults when null.</param>
    /// <exception cref="ModelException">The model folder cannot be served.</exception>
    /// <exception cref="SettingsException">The environment says something that cannot be followed.</exception>
    public static WebApplication Build(string[] args, TimeProvider time, PictureLimits? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // No settings file is watched: every watch takes one of the few that Linux grants a user, and many pods share a machine.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // Four lines a request would drown what matters in the pod's log.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        var settings = ServerSettings.From(builder.Configuration);
        if (string.IsNullOrWhiteSpace(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(settings.Url);
        }
        // The official ASP.NET image sets this to 8080; the port is decided above.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");

        var uploads = new UploadReader(limits ??= new PictureLimits());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = uploads.MaxBodySize;
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Shutdown);

        var classifier = Classifier.Load(settings.ModelFolder);
        classifier.WarmUp(settings.ModelFolder);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(limits);
        builder.Services.AddSingleton(uploads);
        builder.Services.AddSingleton(_ => classifier); // through a factory, so that the container disposes of it
        builder.Services.AddSingleton(PodIdentity.From(builder.Configuration));
        builder.Services.AddSingleton<Predictor>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Readiness>());
        builder.Services.AddUploadLimit();

        var app = builder.Build();
        app.UseErrorBodies();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapPage(classifier.Model);
        app.MapPredictions();
        app.MapState();
        return app;
    }
}
