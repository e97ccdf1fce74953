using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Logging;
using Scalelab.ModelServer.Metrics;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Models.Sources;
using Scalelab.ModelServer.Pictures;
using Scalelab.ModelServer.Protocols;
using Scalelab.ModelServer.Protocols.Grpc;
using Scalelab.ModelServer.Protocols.Repository;
using Scalelab.ModelServer.Protocols.V1;
using Scalelab.ModelServer.Protocols.V2;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer;

/// <summary>Puts the server together.</summary>
public static class ModelServerApp
{
    // With the default drain time less than the 30 seconds after which Kubernetes kills a pod.
    private static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(24);

    /// <summary>Fetches the model that STORAGE_URI names, where it names one, and builds the server.</summary>
    /// <param name="args">As of <see cref="Build(string[], TimeProvider, PictureLimits?)"/>.</param>
    /// <param name="time">As there.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    /// <exception cref="ModelException">The model cannot be fetched, or a model folder cannot be served.</exception>
    /// <exception cref="SettingsException">The environment says something that cannot be followed.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = Configuration(args);
        var fetched = Setting.Text(configuration, "STORAGE_URI") is { } uri ? await FetchedModel.FetchAsync(uri, time, cancellationToken) : null;
        return Build(args, configuration, time, null, fetched);
    }

    /// <summary>Loads the models and builds the server, ready to run.</summary>
    /// <param name="args">Command line: configuration keys such as <c>--urls</c> and <c>--MODEL_DIR</c>, which win over the environment.</param>
    /// <param name="time">Clock that measures inference and the farewell.</param>
    /// <param name="limits">What a picture may cost; the defaults when null.</param>
    /// <exception cref="ModelException">A model folder cannot be served.</exception>
    /// <exception cref="SettingsException">The environment says something that cannot be followed.</exception>
    public static WebApplication Build(string[] args, TimeProvider time, PictureLimits? limits = null) => Build(args, Configuration(args), time, limits, null);

    /// <summary>The environment, and what the command line says instead.</summary>
    internal static IConfigurationRoot Configuration(string[] args) => new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();

    private static WebApplication Build(string[] args, IConfiguration configuration, TimeProvider time, PictureLimits? limits, FetchedModel? fetched)
    {
        var settings = ServerSettings.From(configuration, fetched);
        var admission = AdmissionSettings.From(configuration, CpuLimit.Cores("/sys/fs/cgroup", Environment.ProcessorCount));
        var models = new ModelRegistry(settings.Repository, admission.IntraOpThreads);
        // First of all, and beside all that follows: together they are most of the time until the first prediction.
        var loading = new Loading<DefaultModel>(() => LoadModels(models, settings));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // No settings file is watched: every watch takes one of the few that Linux grants a user, and many pods share a machine.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
        });
        var bodies = new RequestBodies(MemoryBudget.OfThisContainer(), settings.MaxBody, time);
        var uploads = new UploadReader(limits ??= new PictureLimits(), bodies);
        AddLogging(builder, configuration);
        Listen(builder, settings, Math.Max(uploads.MaxBodySize, settings.MaxBody));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Drain + Shutdown);

        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(limits);
        builder.Services.AddSingleton(admission);
        builder.Services.AddSingleton(bodies);
        builder.Services.AddSingleton(uploads);
        builder.Services.AddSingleton(loading);
        builder.Services.AddSingleton(_ => models); // through a factory, so that the container disposes of it
        builder.Services.AddSingleton(RepositorySettings.From(configuration));
        builder.Services.AddSingleton(services => new ModelSources(ModelSourceOptions.FromEnvironment(), time, services.GetRequiredService<ILogger<ModelSources>>()));
        builder.Services.AddSingleton<ModelRepository>();
        builder.Services.AddSingleton(PodIdentity.From(configuration));
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<Prometheus>();
        builder.Services.AddSingleton<WorkQueue>();
        builder.Services.AddSingleton<Predictor>();
        builder.Services.AddSingleton(_ => new Readiness(time, settings.Drain));
        builder.Services.AddHostedService(services => services.GetRequiredService<Readiness>());
        builder.Services.AddHostedService<OpenTelemetryExport>();
        if (settings.GrpcUrl is not null)
        {
            AddGrpc(builder, settings.MaxBody);
        }
        var app = builder.Build();
        try
        {
            Map(app, settings.GrpcUrl is not null);
            // Nothing is listened to before: a port that is open says that predictions are made.
            _ = loading.Result;
            return app;
        }
        catch
        {
            ((IDisposable)app).Dispose();
            throw;
        }
    }

    private static void AddLogging(WebApplicationBuilder builder, IConfiguration configuration)
    {
        var json = Setting.Word(configuration, "LOG_FORMAT", "text", "json") == "json";
        builder.Logging.AddConsole(console => console.FormatterName = PodLogFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<PodLogFormatter, PodLogOptions>(options => options.Json = json);
        // Four lines a request would drown what matters in the pod's log.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    }

    private static void Listen(WebApplicationBuilder builder, ServerSettings settings, long maxBody)
    {
        var urls = Setting.Text(builder.Configuration, WebHostDefaults.ServerUrlsKey) ?? settings.Url;
        if (settings.GrpcUrl is null)
        {
            builder.WebHost.UseUrls(urls);
        }
        // The official ASP.NET image sets this to 8080; the port is decided above.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = maxBody;
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            if (settings.GrpcUrl is not null)
            {
                // A protocol can be given to an address in code only, and an address in code hides those in the configuration: all are named here.
                foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
                {
                    Listen(kestrel, url, HttpProtocols.Http1);
                }
                Listen(kestrel, settings.GrpcUrl, HttpProtocols.Http2);
            }
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string url, HttpProtocols protocols)
    {
        var address = BindingAddress.Parse(url);
        void Configure(ListenOptions options) => options.Protocols = protocols;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
        else if (address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, Configure);
        }
    }

    private static DefaultModel LoadModels(ModelRegistry models, ServerSettings settings)
    {
        var name = settings.ModelName ?? DefaultModel.NameOf(settings.ModelFolder, settings.FetchedName);
        models.Load(name, settings.ModelFolder);
        models.LoadRepository();
        var served = models.Find(name, null);
        WarmUp(served);
        return new DefaultModel(name, served.Classifier?.Model);
    }

    // Once through all that a picture goes through: otherwise the first client would wait for it to be compiled.
    private static void WarmUp(LoadedModel model)
    {
        if (model.Classifier is null)
        {
            return;
        }
        using var picture = EncodedPicture.Open(Resources.Read("test.jpg"), new PictureLimits());
        using var arena = new TensorArena();
        var work = new PictureWork(model, picture, new Phases(), isLarge: false, batches: false, arena);
        work.Take(model.Network.Run(work.Prepare()));
    }

    private static void AddGrpc(WebApplicationBuilder builder, int maxBody) => builder.Services.AddGrpc(grpc =>
    {
        grpc.MaxReceiveMessageSize = maxBody;
        grpc.MaxSendMessageSize = null;
        grpc.Interceptors.Add<GrpcErrors>();
    });

    private static void Map(WebApplication app, bool grpc)
    {
        // Before the first request: it listens to what is measured from now on, and its workers are threads that are to be there.
        app.Services.GetRequiredService<Prometheus>();
        app.Services.GetRequiredService<WorkQueue>();
        var readiness = app.Services.GetRequiredService<Readiness>();
        app.UseRequestIds();
        app.Use((context, next) =>
        {
            if (!readiness.IsReady && context.Request.Protocol == HttpProtocol.Http11)
            {
                context.Response.Headers.Connection = "close";
            }
            return next(context);
        });
        app.UseErrorBodies();
        app.UseRouting();
        PageEndpoint.Map(app);
        PredictionEndpoints.Map(app);
        app.MapState();
        MetricsEndpoint.Map(app);
        DocsEndpoints.Map(app);
        V1Endpoints.Map(app);
        V2Endpoints.Map(app);
        RepositoryEndpoints.Map(app);
        if (grpc)
        {
            app.MapGrpcService<InferenceService>();
        }
    }
}
