using Lockstep.Worker.Run;

return await WorkerProgram.RunAsync(args);
