using System.Diagnostics;
using System.Text;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

internal sealed record CommandOutput(string Stdout, string Stderr);

/// <summary>Runs one command through its interpreter to the end, or to its time limit; what it started ends with it.</summary>
internal static class LocalProcess
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <param name="urn">For status lines; null for functions.</param>
    /// <param name="command">What the interpreter gets as its last argument.</param>
    /// <param name="inputs">dir, environment, interpreter, stdin, logging, addPreviousOutputInEnv.</param>
    /// <param name="previous">The outputs of the run before, given to the command as PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR.</param>
    /// <param name="timeout">Null: 30 minutes.</param>
    /// <param name="context">Folder, variables, events.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <exception cref="ProviderException">It cannot be started, exits other than with 0, or runs too long.</exception>
    public static async Task<CommandOutput> RunAsync(
        Urn? urn,
        string command,
        PropertyMap inputs,
        PropertyMap? previous,
        TimeSpan? timeout,
        ProviderContext context,
        CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(command, inputs, previous, context) };
        var stdout = new StringBuilder();
        var stderr = new StringBuilder();
        var log = new CommandLog(urn, inputs.FindText("logging"), context);
        process.OutputDataReceived += (_, line) => Receive(stdout, line.Data, "stdout");
        process.ErrorDataReceived += (_, line) => Receive(stderr, line.Data, "stderr");
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new ProviderException($"The command cannot be started: {e.Message} (interpreter {process.StartInfo.FileName}, folder {process.StartInfo.WorkingDirectory})", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var limit = timeout ?? DefaultTimeout;
        using var timer = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await FeedAsync(process, inputs.FindText("stdin"), either.Token);
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ProviderException($"The command did not end within {limit}: {command}{log} Give it longer with customTimeouts, or look at why it hangs.");
        }

        return process.ExitCode == 0
            ? new CommandOutput(TrimEnd(stdout), TrimEnd(stderr))
            : throw new ProviderException($"The command failed with exit code {process.ExitCode}: {command}{log}");

        void Receive(StringBuilder text, string? line, string stream)
        {
            if (line is null)
            {
                return;
            }

            lock (text)
            {
                text.Append(line).Append('\n');
            }

            log.Add(line, stream);
        }
    }

    /// <summary>Where a command runs; absolute.</summary>
    public static string FolderOf(PropertyMap inputs, ProviderContext context) => Path.GetFullPath(inputs.FindText("dir") ?? ".", context.WorkingDirectory);

    private static ProcessStartInfo Start(string command, PropertyMap inputs, PropertyMap? previous, ProviderContext context)
    {
        string[] interpreter = inputs.Find("interpreter") is ListValue { Items: { IsEmpty: false } parts }
            ? [.. parts.Select(part => part.ToString()!)]
            : OperatingSystem.IsWindows() ? ["cmd", "/C"] : ["/bin/sh", "-c"];
        var folder = FolderOf(inputs, context);
        if (!Directory.Exists(folder))
        {
            throw new ProviderException($"The command's folder {folder} does not exist. Correct 'dir'; relative folders start at {context.WorkingDirectory}.");
        }

        var start = new ProcessStartInfo(interpreter[0])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in interpreter.Skip(1).Append(command))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in context.Environment)
        {
            start.Environment[name] = value;
        }

        if (previous is not null && inputs.Find("addPreviousOutputInEnv") is not BoolValue { Value: false })
        {
            start.Environment["PULUMI_COMMAND_STDOUT"] = previous.FindText("stdout") ?? "";
            start.Environment["PULUMI_COMMAND_STDERR"] = previous.FindText("stderr") ?? "";
        }

        foreach (var (name, value) in inputs.Find("environment") as PropertyMap ?? PropertyMap.Empty)
        {
            start.Environment[name] = PlainJson.ToJson(value)?.ToString() ?? "";
        }

        return start;
    }

    private static async Task FeedAsync(Process process, string? stdin, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync((stdin ?? "").AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading all of it, which is its right.
        }
    }

    private static string TrimEnd(StringBuilder text) => text.ToString().TrimEnd('\n');
}
